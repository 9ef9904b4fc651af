/**
 * Folding of conversions: constants, and chains of widening and narrowing.
 */
import { evaluateConvert } from '../../ir/evaluate.ts'
import { BITS, type Convert, type IntegerType, type Operand } from '../../ir/ir.ts'
import type { FoldRule, Kind, Make } from './rule.ts'

/** Simplifies one conversion. */
export const foldConvert: FoldRule<Kind<'convert'>> = (convert, make) => {
  const { operator, value } = convert
  const type = convert.type as IntegerType
  if (value.kind === 'constant') return evaluateConvert(operator, value, type)
  if (value.type === type) return value
  if (value.kind !== 'convert') return undefined
  if (operator === 'trunc') return foldTruncation(convert, value, make)
  if (value.operator === 'zext') return make({ ...convert, operator: 'zext', value: value.value })
  return operator === 'sext' && value.operator === 'sext' ? make({ ...convert, value: value.value }) : undefined
}

/** Only the lowest bits are wanted: how the others came about does not matter. */
function foldTruncation(convert: Convert, inner: Convert, make: Make): Operand {
  const source = inner.value
  const from = BITS[source.type as IntegerType]
  const to = BITS[convert.type as IntegerType]
  if (from === to) return source
  return make({ ...convert, operator: from > to ? 'trunc' : inner.operator, value: source } as Kind<'convert'>)
}
