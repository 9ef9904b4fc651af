/**
 * How the lexer and parser give up on a piece of text. Never leaves `parseScript`, which turns it into a diagnostic.
 */
import type { Span } from '../../base/source-text.ts'

/** What is wrong with the syntax, and where. */
export class SyntaxFailure extends Error {
  readonly code: string
  readonly span: Span
  readonly hint: string | undefined

  constructor(span: Span, message: string, options: { code?: string; hint?: string } = {}) {
    super(message)
    this.span = span
    this.code = options.code ?? 'syntax'
    this.hint = options.hint
  }
}
