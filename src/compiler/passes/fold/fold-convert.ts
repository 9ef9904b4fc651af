/**
 * Folding of conversions: constants, and chains of widening and narrowing.
 */
import { evaluateConvert } from '../../ir/evaluate.ts'
import { BITS, type Convert, type IntegerType, type Operand } from '../../ir/ir.ts'
import { bitsOfValue } from '../../ir/known-bits.ts'
import type { FoldRule, Kind, Make } from './rule.ts'

/** Simplifies one conversion. */
export const foldConvert: FoldRule<Kind<'convert'>> = (convert, make) => {
  const { operator, value } = convert
  if (operator === 'address') return undefined
  const type = convert.type as IntegerType
  if (value.kind === 'constant') return evaluateConvert(operator, value, type)
  if (value.type === type) return value
  if (operator === 'trunc') {
    const wanted = withoutMask(value, type)
    if (wanted !== value) return make({ ...convert, value: wanted })
  }
  if (value.kind !== 'convert') return undefined
  if (
    operator === 'zext' &&
    value.operator === 'trunc' &&
    value.value.type === type &&
    bitsOfValue(value.value) <= BITS[value.type as IntegerType]
  )
    return value.value
  if (operator === 'trunc') return foldTruncation(convert, value, make)
  if (value.operator === 'zext') return make({ ...convert, operator: 'zext', value: value.value })
  return operator === 'sext' && value.operator === 'sext' ? make({ ...convert, value: value.value }) : undefined
}

/** What is masked away is cut off anyway. */
function withoutMask(value: Operand, type: IntegerType): Operand {
  if (value.kind !== 'binary' || value.operator !== 'and' || value.right.kind !== 'constant') return value
  const low = (1n << BigInt(BITS[type])) - 1n
  return (value.right.value & low) === low ? value.left : value
}

/** Only the lowest bits are wanted: how the others came about does not matter. */
function foldTruncation(convert: Convert, inner: Convert, make: Make): Operand | undefined {
  if (inner.operator === 'address') return undefined
  const source = inner.value
  const from = BITS[source.type as IntegerType]
  const to = BITS[convert.type as IntegerType]
  if (from === to) return source
  return make({ ...convert, operator: from > to ? 'trunc' : inner.operator, value: source } as Kind<'convert'>)
}
