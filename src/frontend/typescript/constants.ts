/**
 * Values that are known when the probe is compiled: of literals, and of what the probe captured or imported.
 */
import type { Node } from 'acorn'
import type { Binding } from './binding.ts'
import type { Lowering, Problem } from './lowering.ts'
import { bigintTooLarge, numberTooLarge } from './problems.ts'
import { exactly, fits128 } from './range.ts'
import { constantInt, FALSE, TRUE, UNDEFINED, type Value } from './value.ts'

/** The value of something that was captured or imported. */
export function bindingValue(cx: Lowering, node: Node, binding: Binding): Value {
  if (binding.kind === 'unresolved') {
    const hint = binding.hint === undefined ? {} : { hint: binding.hint }
    return cx.report(node, { code: 'unresolved-name', message: binding.reason, ...hint })
  }
  if (binding.kind !== 'constant') return { kind: 'binding', binding }
  const { value } = binding
  switch (typeof value) {
    case 'bigint':
      return bigintValue(cx, node, value)
    case 'number':
      return numberValue(cx, node, value)
    case 'boolean':
      return value ? TRUE : FALSE
    case 'string':
      return { kind: 'text', text: value }
    default:
      return UNDEFINED
  }
}

/** A number that is known: only safe integers are. */
export function numberValue(cx: Lowering, node: Node, value: number): Value {
  if (Number.isSafeInteger(value)) return constantInt('number', BigInt(value))
  if (Number.isInteger(value)) return cx.report(node, numberTooLarge(exactly(BigInt(value))))
  return cx.report(node, notAnInteger(value))
}

/** A bigint that is known: of two registers at most. */
export function bigintValue(cx: Lowering, node: Node, value: bigint): Value {
  return fits128(exactly(value)) ? constantInt('bigint', value) : cx.report(node, bigintTooLarge())
}

const notAnInteger = (value: number): Problem => ({
  code: 'not-an-integer',
  message: `${value} is not an integer, and a probe computes with integers only`,
  hint: 'scale it, for example to nanoseconds, or compute with it in user space',
})
