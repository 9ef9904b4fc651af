/**
 * Shifts of integers in two registers (`wide-integers.ts`) by 0 to 127.
 */
import type { FunctionBuilder } from '../ir/builder.ts'
import { constant, type Operand } from '../ir/ir.ts'
import { selectWide, type WideInteger } from './wide-integers.ts'

/** By how much to shift: an i64 of `min` to `max`, which are at most 127. */
export interface ShiftCount {
  readonly count: Operand
  readonly min: bigint
  readonly max: bigint
}

const ZERO = constant('i64', 0)

/** `a << count`, modulo 2^128. */
export function shiftLeftWide(builder: FunctionBuilder, a: WideInteger, shift: ShiftCount): WideInteger {
  return byHalves(builder, shift, {
    within: (count) => {
      const rest = builder.binary('sub', builder.i64(63), count)
      const over = builder.binary('lshr', builder.binary('lshr', a.low, builder.i64(1)), rest)
      return { low: builder.binary('shl', a.low, count), high: builder.binary('or', builder.binary('shl', a.high, count), over) }
    },
    across: (count) => ({ low: ZERO, high: builder.binary('shl', a.low, count) }),
  })
}

/** `a >> count`, filled up with the sign or with zeros. */
export function shiftRightWide(
  builder: FunctionBuilder,
  a: WideInteger,
  { signed, ...shift }: ShiftCount & { readonly signed: boolean },
): WideInteger {
  const right = signed ? 'ashr' : 'lshr'
  return byHalves(builder, shift, {
    within: (count) => {
      const rest = builder.binary('sub', builder.i64(63), count)
      const over = builder.binary('shl', builder.binary('shl', a.high, builder.i64(1)), rest)
      return { low: builder.binary('or', builder.binary('lshr', a.low, count), over), high: builder.binary(right, a.high, count) }
    },
    across: (count) => ({
      low: builder.binary(right, a.high, count),
      high: signed ? builder.binary('ashr', a.high, builder.i64(63)) : ZERO,
    }),
  })
}

/** Shifts by less than 64 bits move bits from half to half; others move a half and shift it. Shifts count modulo 64, so `across` gets the same count. */
function byHalves(
  builder: FunctionBuilder,
  { count, min, max }: ShiftCount,
  ways: { readonly within: (count: Operand) => WideInteger; readonly across: (count: Operand) => WideInteger },
): WideInteger {
  if (max < 64n) return ways.within(count)
  const rest = builder.binary('and', count, builder.i64(63))
  if (min > 63n) return ways.across(rest)
  const results = [ways.across(rest), ways.within(rest)] as const
  return selectWide(builder, builder.compare('ugt', count, builder.i64(63)), results)
}
