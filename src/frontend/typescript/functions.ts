/**
 * Functions of the user's, within the probe and outside of it: written out where they are called, with variables of their own. Recursion
 * is refused, since the text would have no end.
 */
import type { Node, Pattern } from 'acorn'
import type { FunctionBinding } from './binding.ts'
import { join } from './join.ts'
import { type InlinedCall, type Lowering, leave, type Problem } from './lowering.ts'
import { bindPattern, declareNames } from './patterns.ts'
import { unsupported, wrongType } from './problems.ts'
import { ERROR, type FunctionValue, UNDEFINED, type Value } from './value.ts'
import type { FunctionNode, Scope } from './variable.ts'

/** The value of a function expression or declaration where it stands. */
export function functionValue(cx: Lowering, node: FunctionNode): Value {
  if (node.async || node.generator) return cx.report(node, unsupported('an async or generator function', 'write () => { ... }'))
  return { kind: 'function', name: nameOf(node), node, scopes: [...cx.scopes], resolve: cx.resolve }
}

function nameOf(node: FunctionNode): string {
  return 'id' in node && node.id ? node.id.name : 'the function'
}

/** Calls a function with values. */
export function callFunction(cx: Lowering, node: Node, [callee, values]: readonly [Value, readonly Value[]]): Value {
  const fn = callee.kind === 'binding' && callee.binding.kind === 'function' ? capturedFunction(cx, node, callee.binding) : callee
  if (fn.kind === 'error') return fn
  if (fn.kind !== 'function') return cx.report(node, wrongType('a function', fn))
  for (let call = cx.call; call !== undefined; call = call.outer) if (call.function === fn.node) return cx.report(node, recursion(fn.name))
  return writeOut(cx, fn, values)
}

function capturedFunction(cx: Lowering, node: Node, binding: FunctionBinding): Value {
  const parsed = cx.parse(binding)
  if ('problem' in parsed) return cx.report(node, { ...parsed.problem, message: `${binding.name}: ${parsed.problem.message}` })
  return { kind: 'function', name: binding.name, node: parsed.function, scopes: [], resolve: binding.resolve }
}

function writeOut(cx: Lowering, fn: FunctionValue, values: readonly Value[]): Value {
  const { node } = fn
  const outer = { scopes: cx.scopes, targets: cx.targets, call: cx.call, resolve: cx.resolve }
  const scope: Scope = new Map()
  const call: InlinedCall = { function: node, outer: cx.call, returns: [] }
  Object.assign(cx, { scopes: [...fn.scopes, scope], targets: [], call, resolve: fn.resolve })
  for (const [index, parameter] of node.params.entries()) bindParameter(cx, parameter, values[index] ?? UNDEFINED)
  const result = lowerBody(cx, node, call)
  Object.assign(cx, outer)
  for (const variable of scope.values()) cx.variables?.delete(variable)
  return result
}

function bindParameter(cx: Lowering, parameter: Pattern, value: Value): void {
  if (parameter.type === 'RestElement') return void cx.report(parameter, unsupported('a rest parameter', 'name the parameters one by one'))
  declareNames(cx, parameter, { mutable: true })
  bindPattern(cx, parameter, value)
}

function lowerBody(cx: Lowering, { body }: FunctionNode, call: InlinedCall): Value {
  if (body.type !== 'BlockStatement') return cx.value(body)
  cx.statement(body)
  const end = leave(cx)
  const ways = end === undefined ? call.returns : [...call.returns, { flow: end, result: UNDEFINED }]
  const result = join(cx, ways)
  return result.kind === 'conflict' && cx.variables === undefined ? ERROR : result
}

const recursion = (name: string): Problem => ({
  code: 'recursion',
  message: `${name} calls itself, and a probe has no stack to do that on`,
  hint: 'write it as a loop with a bound',
})
