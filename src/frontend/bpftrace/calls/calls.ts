/**
 * The table of functions: those that are compiled, and the names of those that are not yet. Aggregations, which only stand
 * on the right of a map assignment, are `aggregations.ts`.
 */

import { kptr, uptr } from './address-space.ts'
import { bswap } from './bswap.ts'
import { buf } from './buf.ts'
import type { Call } from './call.ts'
import { cgroupPath } from './cgroup-path.ts'
import { containerOf } from './container-of.ts'
import { debugf } from './debugf.ts'
import { assertString, fail, staticAssert } from './demand.ts'
import { find, hasKey } from './find-key.ts'
import { cat, system } from './foreign-output.ts'
import { getopt } from './getopt.ts'
import { isErr } from './is-err.ts'
import { join } from './join.ts'
import { cgroupid, kaddr } from './kernel-constant.ts'
import { len } from './len.ts'
import { macaddr } from './macaddr.ts'
import { clear, deleteCall, zero } from './map-call.ts'
import { assertCall, errorf, warnf } from './message.ts'
import { ntop } from './ntop.ts'
import { signalName, strerror, syscallName } from './number-names.ts'
import { defaultStrLength, isArray, isInteger, isLiteral, isPtr, isScalarMap, isStr, isUnsignedInteger, kfuncExist } from './predicates.ts'
import { print } from './print.ts'
import { printf } from './printf.ts'
import { pton } from './pton.ts'
import { reg } from './reg.ts'
import { exit, time, unwatch } from './session-call.ts'
import { signal, signalThread } from './signal.ts'
import { str } from './str.ts'
import { strConcat } from './str-concat.ts'
import { strftime } from './strftime.ts'
import { memcmp, strncmp } from './string-comparisons.ts'
import { strcap, strlen } from './string-length.ts'
import { strcontains, strstr } from './string-search.ts'
import { ksym, usym } from './symbol.ts'
import { uaddr } from './uaddr.ts'

const CALLS: Readonly<Record<string, Call>> = {
  assert: assertCall,
  assert_str: assertString,
  bswap,
  buf,
  cat,
  cgroup_path: cgroupPath,
  cgroupid,
  clear,
  container_of: containerOf,
  debugf,
  default_str_length: defaultStrLength,
  delete: deleteCall,
  errorf,
  exit,
  unwatch,
  fail,
  find,
  getopt,
  has_key: hasKey,
  is_array: isArray,
  is_err: isErr,
  is_integer: isInteger,
  is_literal: isLiteral,
  is_ptr: isPtr,
  is_scalar: isScalarMap,
  is_str: isStr,
  is_unsigned_integer: isUnsignedInteger,
  join,
  kfunc_exist: kfuncExist,
  kaddr,
  kptr,
  ksym,
  len,
  macaddr,
  memcmp,
  ntop,
  print,
  printf,
  pton,
  reg,
  signal,
  signal_name: signalName,
  signal_thread: signalThread,
  static_assert: staticAssert,
  str,
  str_concat: strConcat,
  strcap,
  strcontains,
  strerror,
  strftime,
  strlen,
  strncmp,
  strstr,
  syscall_name: syscallName,
  system,
  time,
  uaddr,
  uptr,
  usym,
  warnf,
  zero,
}

const NOT_YET = new Set(`skboutput path write_user percpu_kaddr socket_cookie override kfunc_allowed`.split(/\s+/))

/** The function of this name. */
export function findCall(name: string): Call | undefined {
  return Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
}

/** True for a function of the language that is not compiled yet. */
export function isFutureCall(name: string): boolean {
  return NOT_YET.has(name)
}
