/**
 * The last thing a user sees when something is refused: a sentence with a remedy, never a bare errno or a stack trace.
 */
import { BorescopeError, InternalError, VerifierError } from '../base/errors.ts'
import { fromByteString } from '../spec/byte-string.ts'

/** The text for stderr, with its newline. `verbose` adds the whole log of the verifier, and the stack of a bug. */
export function describeError(error: unknown, options: { readonly verbose: boolean }): string {
  const known = error instanceof BorescopeError ? error : new InternalError(messageOf(error), { cause: error })
  const lines = [`ERROR: ${known.message}`]
  if (known instanceof VerifierError) {
    if (known.source !== undefined) lines.push(known.source)
    lines.push(`WHY: ${known.why}`)
    if (options.verbose) lines.push('The log of the verifier:', fromByteString(known.log.trimEnd()))
  }
  if (known.remedy !== undefined) lines.push(`HINT: ${known.remedy}`)
  if (known instanceof InternalError && options.verbose) lines.push(stackOf(error))
  return `${lines.join('\n')}\n`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
