/**
 * Truth values as numbers, and choosing between values: what front-ends do with conditions besides branching.
 */
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'

/** An i1 as i64 0 or 1. */
export function bitOf(builder: FunctionBuilder, condition: Operand): Operand {
  return builder.convert(condition, 'i64', { signed: false })
}

/** An i64 as i1: true unless it is 0. */
export function conditionOf(builder: FunctionBuilder, bits: Operand): Operand {
  return builder.compare('ne', bits, builder.i64(0))
}

/** `condition ? a : b`, for i64. */
export function select(builder: FunctionBuilder, condition: Operand, [a, b]: readonly [Operand, Operand]): Operand {
  const then = builder.block('select')
  const after = builder.block('selected')
  const from = builder.current
  builder.branch(condition, then, after)
  builder.moveTo(then)
  builder.jump(after)
  builder.moveTo(after)
  return builder.phi('i64', [
    { block: then, value: a },
    { block: from, value: b },
  ])
}
