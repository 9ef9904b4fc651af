/**
 * Mistakes in a traced program, as values. Each comes from a factory beside the check that finds it, with a stable
 * `code` (tests match the code, not the text), a span, what was found and expected, and a hint. All are reported.
 * The printed form is the one of bpftrace: `FILE:LINE:COL1-COL2: ERROR: message`, the line, and `~~~` under the span.
 */
import { lineAt, placeText, positionAt, type SourceText, type Span } from './source-text.ts'

/** One mistake (or warning) and its place. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  /** Stable and in words, such as `unknown-function`. */
  readonly code: string
  readonly source: SourceText
  readonly span: Span
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
  /** Other places that have to do with it, printed behind it. */
  readonly notes?: readonly DiagnosticNote[]
  /** It is about no place in the text. */
  readonly placeless?: boolean
}

/** Another place of the same source, and what it is. */
export interface DiagnosticNote {
  readonly span: Span
  readonly message: string
}

/** True when at least one diagnostic is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}

/** Renders one diagnostic: place line, source line, markers, hint, and its notes in the same form, without a trailing newline. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { notes = [], hint, ...rest } = diagnostic
  const parts = [{ ...rest, ...(hint === undefined ? {} : { hint }) }, ...notes.map((note) => ({ ...rest, ...note }))]
  return parts.map(formatPart).join('\n')
}

function formatPart(diagnostic: Omit<Diagnostic, 'notes'>): string {
  const { source, span } = diagnostic
  const label = diagnostic.severity === 'error' ? 'ERROR' : 'WARNING'
  if (diagnostic.placeless === true) return `${label}: ${diagnostic.message}`
  const start = positionAt(source, span.start)
  const end = positionAt(source, Math.max(span.end, span.start + 1))
  const hint = diagnostic.hint === undefined ? [] : [`HINT: ${diagnostic.hint}`]
  const title = `${placeText(source, span)}: ${label}: ${diagnostic.message}`
  if (start.line !== end.line) {
    const lines = []
    for (let line = start.line; line <= end.line; line++) lines.push(expandTabs(lineAt(source, line)))
    return [title, ...lines, ...hint].join('\n')
  }
  const line = lineAt(source, start.line)
  const indent = expandTabs(line.slice(0, start.column - 1)).replace(/./gsu, ' ')
  const width = Math.max(1, expandTabs(line.slice(start.column - 1, end.column - 1)).length)
  return [title, expandTabs(line), `${indent}${'~'.repeat(width)}`, ...hint].join('\n')
}

function expandTabs(text: string): string {
  return text.replaceAll('\t', '    ')
}
