/**
 * Names of errno values. Node knows the POSIX ones, and is asked when the first name is wanted; what the kernel's tracing code lets
 * out beyond them is added here.
 */

/** Not meant for user space, yet uprobe registration and some map operations answer it. */
const ENOTSUPP = 524

let names: ReadonlyMap<number, string> | undefined

function makeNames(): ReadonlyMap<number, string> {
  const { errno } = process.getBuiltinModule('node:os').constants
  return new Map([
    // Two names share a value on Linux; the first of a pair that is listed here loses to the one documentation uses.
    ...Object.entries(errno).map(([name, value]): [number, string] => [value, name]),
    [errno.EAGAIN, 'EAGAIN'],
    [errno.EOPNOTSUPP, 'EOPNOTSUPP'],
    [errno.ENOEXEC, 'ENOEXEC'],
    [ENOTSUPP, 'ENOTSUPP'],
  ])
}

/** The symbolic name of an errno value, such as `EINVAL`; `errno 999` for an unknown one. */
export function errnoName(errno: number): string {
  names ??= makeNames()
  return names.get(errno) ?? `errno ${errno}`
}
