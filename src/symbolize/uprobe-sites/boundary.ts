/**
 * Whether an offset that a user wrote is where an instruction begins. A breakpoint in the middle of one makes another
 * instruction of it, with which the traced program goes on.
 */
import { X86_DECODER } from '../instructions/x86.ts'

/** Why no instruction begins `offset` bytes behind the start of `code`, a function's; undefined when one does. */
export function whyNotBoundary(code: Uint8Array, offset: number): string | undefined {
  const before = X86_DECODER.decode(code).filter(({ at }) => at <= offset)
  const unknown = before.find(({ kind }) => kind === 'invalid')
  if (unknown !== undefined)
    return `nobody can tell whether an instruction begins at offset ${offset}: the function cannot be decoded from offset ${unknown.at} on`
  const last = before.at(-1)
  if (last === undefined || last.at === offset) return undefined
  return `offset ${offset} is in the middle of an instruction: the one at offset ${last.at} has ${last.length} bytes`
}
