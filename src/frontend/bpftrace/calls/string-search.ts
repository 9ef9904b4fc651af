/**
 * `strstr(text, part)` and `strcontains(text, part)`: where one text is in another.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { BOOL, INT32 } from '../../../spec/types/type.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { plain } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { byteAt, lowerRun, type Run, walkBytes } from '../lower/text-place.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'
import { checkTexts } from './string-length.ts'

/** What the kernel's own function answers when there is none: -ENOENT. */
const NOT_FOUND = -2

/** `strstr(text, part)`: the index of the first place, or a negative number. */
export const strstr: Call = {
  arity: [2, 2],
  kind: 'value',
  check: (checker, call) => checkTexts(checker, call, call.arguments) ?? plain(INT32),
  lower: (lowering, call) => integerValue(lowerSearch(lowering, call)),
}

/** `strcontains(text, part)`: whether there is such a place. */
export const strcontains: Call = {
  arity: [2, 2],
  kind: 'value',
  check: (checker, call) => checkTexts(checker, call, call.arguments) ?? plain(BOOL),
  lower(lowering, call) {
    const { builder } = lowering
    const found = builder.compare('sge', lowerSearch(lowering, call), builder.i64(0))
    return integerValue(builder.convert(found, 'i64', { signed: false }))
  },
}

/** What a comparison at one place of the text comes to. */
const OUTCOME = { differs: 0, found: 1, textEnds: 2 } as const

function lowerSearch(lowering: Lowering, call: CallExpression): Operand {
  const { builder } = lowering
  const [text, part] = call.arguments.map((argument: Expression) => lowerRun(lowering, argument)) as [Run, Run]
  const index = builder.stackSlot('found_at', 8)
  const outcome = builder.stackSlot('outcome', 8)
  builder.store(index, builder.i64(NOT_FOUND))
  walkBytes(lowering, text.size, ({ index: start, next, stop }) => {
    compareAt(lowering, { text, part, start, outcome })
    const is = (what: keyof typeof OUTCOME) => builder.compare('eq', builder.load('i64', outcome), builder.i64(OUTCOME[what]))
    builder.when(is('differs'), next)
    builder.when(is('found'), () => builder.store(index, start))
    stop()
  })
  return builder.load('i64', index)
}

interface Comparison {
  readonly text: Run
  readonly part: Run
  /** Where in the text (i64). */
  readonly start: Operand
  /** The slot for what it comes to. */
  readonly outcome: Operand
}

function compareAt(lowering: Lowering, { text, part, start, outcome }: Comparison): void {
  const { builder } = lowering
  const answer = (what: keyof typeof OUTCOME) => builder.store(outcome, builder.i64(OUTCOME[what]))
  answer('found')
  walkBytes(lowering, part.size, ({ index, next, stop }) => {
    const wanted = byteAt(lowering, part.place, index)
    builder.when(builder.compare('eq', wanted, builder.i64(0)), stop)
    const at = builder.binary('add', start, index)
    builder.when(builder.compare('uge', at, builder.i64(text.size)), () => {
      answer('textEnds')
      stop()
    })
    const there = byteAt(lowering, text.place, at)
    builder.when(builder.compare('eq', there, wanted), next)
    answer('differs')
    builder.when(builder.compare('eq', there, builder.i64(0)), () => answer('textEnds'))
    stop()
  })
}
