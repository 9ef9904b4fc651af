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
  /** Complains about something that has no place in the text. */
  placeless(severity: Diagnostic['severity'], { code, message }: Pick<Complaint, 'code' | 'message'>): void {
    this.addAll([{ severity, code, source: this.source, span: { start: 0, end: 0 }, message, placeless: true }])
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
    for (const diagnostic of diagnostics) this.#add(diagnostic)
  }

  #complain(severity: Diagnostic['severity'], { code, span, message, hint, notes = [] }: Complaint): void {
    const all = [...notes, ...expansionsOf(span).map((at) => ({ span: at, message: 'expanded from' }))]
    const optional = { ...(hint === undefined ? {} : { hint }), ...(all.length === 0 ? {} : { notes: all }) }
    this.#add({ severity, code, source: this.source, span, message, ...optional })
  }
  #add(diagnostic: Diagnostic): void {
    const { span, code, message } = diagnostic
    const key = `${[span, ...expansionsOf(span)].map(({ start, end }) => `${start} ${end}`).join()} ${code} ${message}`
    if (!this.#found.has(key)) this.#found.set(key, diagnostic)
  }
}
