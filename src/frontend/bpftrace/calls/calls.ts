/**
 * The table of functions: those that are compiled, and the names of those that are not yet. Aggregations, which only stand
 * on the right of a map assignment, are `aggregations.ts`.
 */
import { bswap } from './bswap.ts'
import { buf } from './buf.ts'
import type { Call } from './call.ts'
import { cgroupPath } from './cgroup-path.ts'
import { cgroupid, kaddr } from './kernel-constant.ts'
import { len } from './len.ts'
import { clear, deleteCall, zero } from './map-call.ts'
import { ntop } from './ntop.ts'
import { print } from './print.ts'
import { printf } from './printf.ts'
import { pton } from './pton.ts'
import { reg } from './reg.ts'
import { exit, time } from './session-call.ts'
import { signal, signalThread } from './signal.ts'
import { str } from './str.ts'
import { strftime } from './strftime.ts'
import { ksym, usym } from './symbol.ts'
import { uaddr } from './uaddr.ts'

const CALLS: Readonly<Record<string, Call>> = {
  bswap,
  cgroup_path: cgroupPath,
  cgroupid,
  buf,
  clear,
  delete: deleteCall,
  exit,
  kaddr,
  ksym,
  len,
  ntop,
  print,
  printf,
  pton,
  reg,
  signal,
  signal_thread: signalThread,
  str,
  strftime,
  time,
  uaddr,
  usym,
  zero,
}

const NOT_YET = new Set(
  `errorf warnf debugf fail join cat system unwatch skboutput assert static_assert assert_str path strncmp strlen strcap strstr
  strcontains str_concat memcmp strerror signal_name syscall_name default_str_length kptr uptr container_of write_user
  percpu_kaddr macaddr socket_cookie is_err has_key find is_scalar   override getopt kfunc_exist kfunc_allowed is_str is_ptr is_array is_integer is_unsigned_integer
  is_literal tseries`.split(/\s+/),
)

/** The function of this name. */
export function findCall(name: string): Call | undefined {
  return Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
}

/** True for a function of the language that is not compiled yet. */
export function isFutureCall(name: string): boolean {
  return NOT_YET.has(name)
}
