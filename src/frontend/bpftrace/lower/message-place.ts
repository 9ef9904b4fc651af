/**
 * Where messages of a run come from in the script, as compilers print it; made while the script is compiled.
 */
import { type Diagnostic, formatDiagnostic } from '../../../base/diagnostic.ts'
import { expansionsOf, placeText, positionAt, type SourceText, type Span } from '../../../base/source-text.ts'
import type { MessagePlace } from '../../../spec/record-spec.ts'

/** The place of a message, and of the macros that it comes from. */
export function messagePlace(source: SourceText, span: Span, severity: Diagnostic['severity']): MessagePlace {
  const { line, column } = positionAt(source, span.start)
  const origins = expansionsOf(span).map((at) =>
    formatDiagnostic({ severity, code: 'message', source, span: at, message: 'expanded from' }),
  )
  return {
    file: source.name,
    line,
    column,
    text: placeText(source, span),
    ...(origins.length === 0 ? {} : { origins: origins.join('\n') }),
  }
}
