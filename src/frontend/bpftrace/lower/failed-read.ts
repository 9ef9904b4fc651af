/**
 * Says where a program reads memory that cannot be read (`-k`): the value is zero then, which is easily taken for what was there.
 */
import { formatDiagnostic } from '../../../base/diagnostic.ts'
import type { Span } from '../../../base/source-text.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { toByteString } from '../../../spec/byte-string.ts'
import { INT32 } from '../../../spec/types/type.ts'
import type { Lowering } from './lowering.ts'
import { messagePlace } from './message-place.ts'
import { integerValue } from './value.ts'

/** What a helper answered (i64), and for which expression it was called. */
export interface ReadAnswer {
  readonly helper: string
  readonly answer: Operand
  readonly span: Span | undefined
}

/** Adds the message for an answer below 0, where messages are wanted. */
export function sayFailedRead(lowering: Lowering, { helper, answer, span }: ReadAnswer): void {
  const { builder, config, source } = lowering
  if (!config.saysFailedReads || span === undefined) return
  const place = messagePlace(source, span, 'warning')
  const shown = formatDiagnostic({ severity: 'warning', code: 'failed-read', source, span, message: '' })
  const excerpt = toByteString(shown.slice(shown.indexOf('\n') + 1))
  builder.when(builder.compare('slt', answer, builder.i64(0)), () =>
    lowering.send({ kind: 'failed-read', place, helper, excerpt }, [{ name: 'code', type: INT32, value: integerValue(answer) }]),
  )
}
