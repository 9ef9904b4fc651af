/**
 * What calls share: their arguments as values, and the check of how many there are.
 */
import type { CallExpression, Expression } from 'acorn'
import type { Lowering, Problem } from '../lowering.ts'
import { unsupported } from '../problems.ts'
import { ERROR, type Value } from '../value.ts'

/** The nodes of the arguments; undefined when something was reported. */
export function argumentNodes(
  cx: Lowering,
  node: CallExpression,
  [least, most]: readonly [number, number],
): readonly Expression[] | undefined {
  const nodes = node.arguments.filter((argument): argument is Expression => argument.type !== 'SpreadElement')
  if (nodes.length < node.arguments.length) {
    cx.report(node, unsupported('spreading arguments', 'write them out'))
    return undefined
  }
  if (nodes.length >= least && nodes.length <= most) return nodes
  cx.report(node, wrongCount([least, most], nodes.length))
  return undefined
}

/** The arguments, evaluated in order; a single error value when their number is wrong. */
export function argumentValues(cx: Lowering, node: CallExpression, counts: readonly [number, number]): readonly Value[] {
  return argumentNodes(cx, node, counts)?.map((argument) => cx.value(argument)) ?? [ERROR, ERROR, ERROR]
}

const wrongCount = ([least, most]: readonly [number, number], found: number): Problem => ({
  code: 'wrong-argument-count',
  message: `expected ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, found ${found}`,
})
