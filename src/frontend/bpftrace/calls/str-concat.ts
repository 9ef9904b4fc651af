/**
 * `str_concat(a, b)`: one text behind another, cut to `max_strlen`.
 */
import type { Expression } from '../ast.ts'
import { plain } from '../check/static-type.ts'
import { lowerMinimum } from '../lower/integers.ts'
import type { Lowering } from '../lower/lowering.ts'
import { readString } from '../lower/memory.ts'
import { lowerRun, type Run } from '../lower/text-place.ts'
import type { Value } from '../lower/value.ts'
import type { Call } from './call.ts'
import { checkTexts } from './string-length.ts'

/** `str_concat(a, b)`. */
export const strConcat: Call = {
  arity: [2, 2],
  kind: 'value',
  check: (checker, call) =>
    checkTexts(checker, call, call.arguments) ?? plain({ kind: 'string', size: checker.options.config.maxStringLength }),
  lower(lowering, call) {
    const [first, second] = call.arguments.map((text: Expression) => lowerRun(lowering, text)) as [Run, Run]
    return join(lowering, first, second)
  },
}

/** The helper tells where the first text ends, and the second is read to there. */
function join(lowering: Lowering, first: Run, second: Run): Value {
  const { builder } = lowering
  const whole = builder.stackSlot('whole', Math.ceil((first.size + second.size) / 8) * 8)
  const read = (at: ReturnType<typeof builder.at>, { place, size }: Run) =>
    builder.call('probe_read_kernel_str', [at, builder.i64(size), builder.at(place.pointer, place.offset)])
  const length = lowerMinimum(lowering, builder.binary('sub', read(whole, first), builder.i64(1)), first.size - 1)
  read(builder.offsetPointer(whole, length), second)
  return readString(lowering, { address: whole, space: 'kernel', size: lowering.config.maxStringLength, length: undefined })
}
