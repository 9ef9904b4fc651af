/**
 * What a program finds out about itself while it runs: a division by zero, an index out of bounds. It goes on, and says so.
 */
import { formatDiagnostic } from '../../../base/diagnostic.ts'
import type { Span } from '../../../base/source-text.ts'
import { toByteString } from '../../../spec/byte-string.ts'
import type { Lowering } from './lowering.ts'
import { messagePlace } from './message-place.ts'

const MESSAGES = {
  'division-by-zero': 'Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.',
  'out-of-bounds': 'Array access out of bounds. This can lead to unexpected results.',
} as const

/** Sends a warning about the construct at `span`, on the path where something went wrong. */
export function sendRuntimeWarning(lowering: Lowering, code: keyof typeof MESSAGES, span: Span): void {
  const { source } = lowering
  const message = MESSAGES[code]
  const place = messagePlace(source, span, 'warning')
  const shown = toByteString(formatDiagnostic({ severity: 'warning', code, source, span, message }))
  lowering.send({ kind: 'runtime-warning', place, message, shown }, [])
}
