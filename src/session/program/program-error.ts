/**
 * The mistakes in a program's probe functions, thrown together.
 */
import { type Diagnostic, formatDiagnostic } from '../../base/diagnostic.ts'
import { UsageError } from '../../base/errors.ts'

/** A program whose functions, or a script that, cannot be compiled. Its message shows every mistake with its place and line. */
export class ProgramError extends UsageError {
  override readonly code = 'program'
  declare readonly diagnostics: readonly Diagnostic[]

  /** `where` the mistakes are, to be read behind "in". */
  constructor(diagnostics: readonly Diagnostic[], where = 'the probes of this program') {
    const count = diagnostics.length === 1 ? '1 mistake' : `${diagnostics.length} mistakes`
    super(`${count} in ${where}\n\n${diagnostics.map(formatDiagnostic).join('\n\n')}\n`)
    // Not enumerable: printing the error would show the whole source text again.
    Object.defineProperty(this, 'diagnostics', { value: diagnostics })
  }
}
