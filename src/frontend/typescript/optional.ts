/**
 * `T | undefined`. A value looked up in a map stays there ("pending") until somebody tests it or something could change the
 * map: so the usual `get`, test, use compiles to one null check and one load, and still reads what was there at the `get`.
 */
import { constant, type Operand } from '../../compiler/ir/ir.ts'
import { enter, fork, type Lowering, leave } from './lowering.ts'
import { FALSE, intValue, type OptionalValue, type PresentValue } from './value.ts'

/** An optional value that is computed already. */
export function presentIf(present: Operand, value: PresentValue): OptionalValue {
  return { kind: 'optional', present, sample: value, load: () => value, pending: false }
}

/** Loads a pending value now, where it is present; may be used anywhere behind. */
export function settle(cx: Lowering, optional: OptionalValue): OptionalValue {
  if (!optional.pending) return optional
  const { builder } = cx
  const present = fork(cx, 'present')
  const absent = builder.current
  const after = builder.block('settled')
  builder.branch(optional.present, present.block, after)
  builder.moveTo(present.block)
  const value = optional.load()
  const end = builder.current
  builder.jump(after)
  builder.moveTo(after)
  const phi = (operand: Operand) =>
    builder.phi(operand.type, [
      { block: absent, value: constant(operand.type === 'i1' ? 'i1' : 'i64', 0) },
      { block: end, value: operand },
    ])
  switch (value.kind) {
    case 'int': {
      const low = phi(value.low)
      return presentIf(optional.present, { ...intValue(value.numeric, value.range, low), nonZero: false })
    }
    case 'bool':
      return presentIf(optional.present, { ...FALSE, operand: phi(value.operand) })
    // Both lie in a stack slot, whose address is good on either path.
    case 'string':
    case 'struct':
    case 'array':
      return presentIf(optional.present, value)
  }
}

/** Loads everything that is still pending in a variable; to be called before memory of a map changes. */
export function settleAll(cx: Lowering): void {
  for (const [variable, value] of cx.variables ?? []) {
    if (value.kind === 'optional' && value.pending) cx.variables?.set(variable, settle(cx, value))
  }
}

/** Goes two ways: `present` with the value in hand, and `absent`. Answers what each was left with. */
export function splitOptional(cx: Lowering, optional: OptionalValue) {
  const present = fork(cx, 'present')
  const absent = fork(cx, 'absent')
  cx.builder.branch(optional.present, present.block, absent.block)
  enter(cx, present)
  const value = optional.load()
  return { present: leave(cx)!, absent, value }
}
