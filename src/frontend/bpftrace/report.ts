/**
 * Collects the diagnostics of one script. One place in the text is complained about once per code, also when a probe is
 * checked for many attach points.
 */
import type { Diagnostic, DiagnosticNote } from '../../base/diagnostic.ts'
import { expansionsOf, type SourceText, type Span } from '../../base/source-text.ts'

/** A diagnostic without what the report knows. */
export interface Complaint {
  /** Stable and in words, such as `unknown-function`. */
  readonly code: string
  readonly span: Span
  readonly message: string
  readonly hint?: string | undefined
  readonly notes?: readonly DiagnosticNote[]
}

/** Diagnostics in the order in which they were found. */
export class Report {
  readonly source: SourceText
  readonly #found = new Map<string, Diagnostic>()

  constructor(source: SourceText) {
    this.source = source
  }

  error(complaint: Complaint): void {
    this.#complain('error', complaint)
  }
  warning(complaint: Complaint): void {
    this.#complain('warning', complaint)
  }
  /** Names a construct of the language that is not compiled yet. */
  notSupported(span: Span, feature: string, hint?: string): void {
    this.error({ code: 'not-supported-yet', span, message: `${feature} is not supported yet`, hint })
  }
  get hasErrors(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === 'error')
  }
  /** All errors in order of place, then all warnings. */
  get diagnostics(): readonly Diagnostic[] {
    const all = [...this.#found.values()].sort((a, b) => a.span.start - b.span.start)
    return [...all.filter((one) => one.severity === 'error'), ...all.filter((one) => one.severity === 'warning')]
  }
  /** Takes over what another report found. */
  addAll(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#add(diagnostic.severity, diagnostic)
  }

  #complain(severity: Diagnostic['severity'], complaint: Complaint): void {
    const origins = expansionsOf(complaint.span).map((span) => ({ span, message: 'expanded from' }))
    this.#add(severity, { ...complaint, notes: [...(complaint.notes ?? []), ...origins] })
  }
  #add(severity: Diagnostic['severity'], { code, span, message, hint, notes = [] }: Complaint): void {
    const key = `${[span, ...expansionsOf(span)].map(({ start, end }) => `${start} ${end}`).join()} ${code} ${message}`
    if (this.#found.has(key)) return
    const optional = { ...(hint === undefined ? {} : { hint }), ...(notes.length === 0 ? {} : { notes }) }
    this.#found.set(key, { severity, code, source: this.source, span, message, ...optional })
  }
}
