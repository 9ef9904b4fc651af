/**
 * Assignments to variables of the probe. What is outside of it cannot be assigned: user space would not see it.
 */
import type { AssignmentExpression, Expression, MemberExpression, Pattern, UpdateExpression } from 'acorn'
import { arithmetic } from './arithmetic.ts'
import type { GlobalBinding } from './binding.ts'
import { assignElement, elementValue, lengthOf, withNames } from './lists.ts'
import { findVariable, type Lowering, type Problem } from './lowering.ts'
import { loadSnapshot, storeValue } from './memory.ts'
import { settleAll } from './optional.ts'
import { takeApart } from './patterns.ts'
import { unsupported, wrongType } from './problems.ts'
import { constantInt, ERROR, type Value } from './value.ts'
import type { Variable } from './variable.ts'

/** Lowers `x = value`, `x += value` and their kin; also of members and elements, and of patterns. */
export function assignment(cx: Lowering, node: AssignmentExpression): Value {
  const { left } = node
  const operator = node.operator.slice(0, -1)
  if (left.type === 'ObjectPattern' || left.type === 'ArrayPattern') {
    const value = cx.value(node.right)
    takeApart(cx, left, value, (leaf, part) => placeOf(cx, leaf)?.assign(part))
    return value
  }
  const place = placeOf(cx, left)
  if (place === undefined) {
    cx.value(node.right)
    return ERROR
  }
  const value = operator === '' ? cx.value(node.right) : compound(cx, node, [operator, place, node.right])
  if (cx.variables !== undefined) place.assign(value)
  return value
}

function compound(cx: Lowering, node: AssignmentExpression, [operator, place, right]: readonly [string, AssignedPlace, Expression]): Value {
  const before = place.value()
  if (operator !== '??' && operator !== '||' && operator !== '&&') return arithmetic(cx, node, [operator, before, cx.value(right)])
  const { start, end } = node.left
  return withNames(cx, [before], ([name]) =>
    cx.value({
      type: 'LogicalExpression',
      operator,
      left: { type: 'Identifier', name: name ?? '', start, end },
      right,
      start: node.start,
      end: node.end,
    }),
  )
}

/** Lowers `++` and `--`. */
export function update(cx: Lowering, node: UpdateExpression): Value {
  const place = placeOf(cx, node.argument)
  const before = place?.value() ?? ERROR
  if (place === undefined || before.kind === 'error') return ERROR
  if (before.kind !== 'int') return cx.report(node.argument, wrongType('an integer', before))
  const after = arithmetic(cx, node, [node.operator === '++' ? '+' : '-', before, constantInt(before.numeric, 1n)])
  place.assign(after)
  return node.prefix ? after : before
}

/** What stands to the left of `=`: where its object and index have been computed, once. */
interface AssignedPlace {
  readonly value: () => Value
  readonly assign: (value: Value) => void
}

function placeOf(cx: Lowering, node: Pattern | Expression): AssignedPlace | undefined {
  if (node.type === 'MemberExpression') return memberPlace(cx, node)
  const variable = assignable(cx, node)
  if (variable === undefined || node.type !== 'Identifier') return undefined
  return { value: () => cx.value(node), assign: (value) => void cx.variables?.set(variable, value) }
}

function memberPlace(cx: Lowering, node: MemberExpression): AssignedPlace | undefined {
  const object = cx.value(node.object)
  if (object.kind === 'error' || node.property.type === 'PrivateIdentifier') return undefined
  const key = node.computed
    ? cx.value(node.property)
    : ({ kind: 'text', text: node.property.type === 'Identifier' ? node.property.name : '' } as const)
  if (lengthOf(object) !== undefined && key.kind !== 'text')
    return {
      value: () => elementValue(cx, node.property, [object, key]),
      assign: (value) => assignElement(cx, node.property, [object, key, value]),
    }
  if (object.kind === 'binding' && object.binding.kind === 'global' && key.kind === 'text' && key.text === 'value')
    return globalPlace(cx, node, object.binding)
  const field = object.kind === 'object' && key.kind === 'text' ? object.fields.get(key.text) : undefined
  if (field !== undefined)
    return { value: () => cx.variables?.get(field) ?? ERROR, assign: (value) => void cx.variables?.set(field, value) }
  cx.report(
    node,
    object.kind === 'object' ? newMember : unsupported('assigning a member', 'entries of maps are written with set(key, value)'),
  )
  return undefined
}

/** `variable.value` of a variable that is shared with user space. */
function globalPlace(cx: Lowering, node: MemberExpression, { name, value: type }: GlobalBinding): AssignedPlace {
  const place = () => ({ pointer: cx.builder.mapValue(name), offset: 0 })
  return {
    value: () => loadSnapshot(cx, type, place()),
    assign: (value) => {
      settleAll(cx)
      storeValue(cx, node, [type, place(), value])
    },
  }
}

function assignable(cx: Lowering, node: Pattern | Expression): Variable | undefined {
  if (node.type !== 'Identifier') {
    cx.report(node, unsupported('this assignment', 'assign one variable at a time'))
    return undefined
  }
  const variable = findVariable(cx, node.name)
  if (variable === undefined) cx.report(node, capturedVariable(node.name))
  else if (!variable.mutable) cx.report(node, constantVariable(node.name))
  return variable?.mutable === true ? variable : undefined
}

const newMember: Problem = unsupported('adding a member to an object', 'name all members where the object is written')
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
