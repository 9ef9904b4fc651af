/**
 * The one name of a frame by which stacks are joined: calls from different lines of a function are the same frame.
 */
import type { Frame } from '../../spec/value.ts'

/** The function's name; without one the file in brackets, `[libc.so.6]`, and `[unknown]` for code of no file. */
export function frameName({ symbol, path }: Frame): string {
  if (symbol !== undefined) return symbol
  return `[${path === undefined || path === '' ? 'unknown' : path.slice(path.lastIndexOf('/') + 1)}]`
}
