/**
 * The table of functions: those that are compiled, and the names of those that are not yet. Aggregations, which only stand
 * on the right of a map assignment, are `aggregations.ts`.
 */
import { bswap } from './bswap.ts'
import type { Call } from './call.ts'
import { len } from './len.ts'
import { clear, deleteCall, zero } from './map-call.ts'
import { print } from './print.ts'
import { printf } from './printf.ts'
import { exit, time } from './session-call.ts'
import { str } from './str.ts'
import { ksym, usym } from './symbol.ts'
import { uaddr } from './uaddr.ts'

const CALLS: Readonly<Record<string, Call>> = {
  bswap,
  clear,
  delete: deleteCall,
  exit,
  ksym,
  len,
  print,
  printf,
  str,
  time,
  uaddr,
  usym,
  zero,
}

const NOT_YET = new Set(
  `errorf warnf debugf fail join cat system unwatch skboutput assert static_assert assert_str buf path strncmp strlen strcap strstr
  strcontains str_concat memcmp strerror signal_name syscall_name default_str_length kptr uptr container_of write_user
  kaddr percpu_kaddr reg cgroupid cgroup_path macaddr ntop pton socket_cookie is_err has_key find is_scalar strftime
  signal signal_thread override getopt kfunc_exist kfunc_allowed is_str is_ptr is_array is_integer is_unsigned_integer
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
