/**
 * Names of errno values. Node knows the POSIX ones; what the kernel's tracing code lets out beyond them is added here.
 */
import { constants } from 'node:os'

/** Not meant for user space, yet uprobe registration and some map operations answer it. */
const ENOTSUPP = 524

const NAMES: ReadonlyMap<number, string> = new Map([
  // Two names share a value on Linux; the first of a pair that is listed here loses to the one documentation uses.
  ...Object.entries(constants.errno).map(([name, value]): [number, string] => [value, name]),
  [constants.errno.EAGAIN, 'EAGAIN'],
  [constants.errno.EOPNOTSUPP, 'EOPNOTSUPP'],
  [constants.errno.ENOEXEC, 'ENOEXEC'],
  [ENOTSUPP, 'ENOTSUPP'],
])

/** The symbolic name of an errno value, such as `EINVAL`; `errno 999` for an unknown one. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`
}
