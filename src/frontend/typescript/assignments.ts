/**
 * Assignments to variables of the probe. What is outside of it cannot be assigned: user space would not see it.
 */
import type { AssignmentExpression, Expression, Pattern, UpdateExpression } from 'acorn'
import { arithmetic } from './arithmetic.ts'
import { findVariable, type Lowering, type Problem, type Variable } from './lowering.ts'
import { unsupported, wrongType } from './problems.ts'
import { constantInt, ERROR, type Value } from './value.ts'

/** Lowers `x = value`, `x += value` and their kin. */
export function assignment(cx: Lowering, node: AssignmentExpression): Value {
  const variable = assignable(cx, node.left)
  const operator = node.operator.slice(0, -1)
  const value =
    operator === '' || node.left.type !== 'Identifier' ? cx.value(node.right) : compound(cx, node, [operator, node.left, node.right])
  return variable === undefined ? ERROR : assign(cx, variable, value)
}

function compound(cx: Lowering, node: AssignmentExpression, [operator, left, right]: readonly [string, Expression, Expression]): Value {
  const { start, end } = node
  if (operator === '??' || operator === '||' || operator === '&&')
    return cx.value({ type: 'LogicalExpression', operator, left, right, start, end })
  const before = cx.value(left)
  return arithmetic(cx, node, [operator, before, cx.value(right)])
}

/** Lowers `++` and `--`. */
export function update(cx: Lowering, node: UpdateExpression): Value {
  const variable = assignable(cx, node.argument)
  const before = node.argument.type === 'Identifier' ? cx.value(node.argument) : ERROR
  if (variable === undefined || before.kind === 'error') return ERROR
  if (before.kind !== 'int') return cx.report(node.argument, wrongType('an integer', before))
  const after = arithmetic(cx, node, [node.operator === '++' ? '+' : '-', before, constantInt(before.numeric, 1n)])
  assign(cx, variable, after)
  return node.prefix ? after : before
}

function assign(cx: Lowering, variable: Variable, value: Value): Value {
  cx.variables?.set(variable, value)
  return value
}

function assignable(cx: Lowering, node: Pattern | Expression): Variable | undefined {
  if (node.type === 'MemberExpression') {
    cx.report(node, unsupported('assigning a member', 'entries of maps are written with set(key, value)'))
    return undefined
  }
  if (node.type !== 'Identifier') {
    cx.report(node, unsupported('this assignment', 'assign one variable at a time'))
    return undefined
  }
  const variable = findVariable(cx, node.name)
  if (variable === undefined) cx.report(node, capturedVariable(node.name))
  else if (!variable.mutable) cx.report(node, constantVariable(node.name))
  return variable?.mutable === true ? variable : undefined
}

const capturedVariable = (name: string): Problem => ({
  code: 'captured-assignment',
  message: `${name} is a variable outside of the probe, which runs in the kernel and cannot change it`,
  hint: 'keep the value in a part: const state = array(u64, 1), then state.set(0, value)',
})
const constantVariable = (name: string): Problem => ({
  code: 'constant-assignment',
  message: `${name} is a constant`,
  hint: 'declare it with let',
})
