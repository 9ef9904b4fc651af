/**
 * Methods of strings.
 */
import type { CallExpression } from 'acorn'
import { constant } from '../../compiler/ir/ir.ts'
import { equalPrefix } from './compare-text.ts'
import { argumentValues } from './intrinsics/arguments.ts'
import type { Lowering } from './lowering.ts'
import { wrongType } from './problems.ts'
import type { Value } from './value.ts'

type TextMethod = (cx: Lowering, node: CallExpression, text: Value) => Value

/** By name. */
export const TEXT_METHODS: Readonly<Record<string, TextMethod>> = {
  startsWith: (cx, node, text) => {
    const [prefix] = argumentValues(cx, node, [1, 1])
    if (prefix === undefined || prefix.kind === 'error') return { kind: 'error' }
    if (prefix.kind !== 'text') return cx.report(node.arguments[0] ?? node, wrongType('a string that is known beforehand', prefix))
    if (text.kind === 'text') return { kind: 'bool', operand: constant('i1', text.text.startsWith(prefix.text) ? 1 : 0) }
    return text.kind === 'string' ? { kind: 'bool', operand: equalPrefix(cx, text, prefix.text) } : { kind: 'error' }
  },
}
