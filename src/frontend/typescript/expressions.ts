/**
 * Expressions, by kind of node. What has no row here is refused by its name.
 */
import type {
  ArrayExpression,
  ChainExpression,
  ConditionalExpression,
  Expression,
  Literal,
  LogicalExpression,
  Node,
  ObjectExpression,
  SequenceExpression,
  TemplateLiteral,
  UnaryExpression,
} from 'acorn'
import { arithmetic, complement, negate } from './arithmetic.ts'
import { assignment, update } from './assignments.ts'
import { callValue } from './calls.ts'
import { conditionValue, isRelation } from './conditions.ts'
import { bigintValue, numberValue } from './constants.ts'
import { functionValue } from './functions.ts'
import { type Arrival, join } from './join.ts'
import { listItems, listValue } from './lists.ts'
import { enter, type Flow, type Lowering, leave, type Problem } from './lowering.ts'
import { memberOf, memberValue, nameValue } from './names.ts'
import { splitOptional } from './optional.ts'
import { unsupported, wrongType } from './problems.ts'
import { ERROR, FALSE, knownBool, TRUE, UNDEFINED, type Value } from './value.ts'
import { unnamed, type Variable } from './variable.ts'

type Kinds = { readonly [Kind in Expression['type']]?: (cx: Lowering, node: Extract<Expression, { type: Kind }>) => Value }

const KINDS: Kinds = {
  Literal: literalValue,
  Identifier: nameValue,
  MemberExpression: memberValue,
  CallExpression: callValue,
  ParenthesizedExpression: (cx, node) => cx.value(node.expression),
  SequenceExpression: sequenceValue,
  ObjectExpression: objectValue,
  UnaryExpression: unaryValue,
  BinaryExpression: (cx, node) => {
    if (isRelation(node.operator)) return conditionValue(cx, node)
    if (node.left.type === 'PrivateIdentifier') return ERROR
    return arithmetic(cx, node, [node.operator, cx.value(node.left), cx.value(node.right)])
  },
  LogicalExpression: logicalValue,
  ConditionalExpression: conditionalValue,
  TemplateLiteral: templateValue,
  ArrayExpression: arrayValue,
  ArrowFunctionExpression: functionValue,
  FunctionExpression: functionValue,
  ChainExpression: chainValue,
  AssignmentExpression: assignment,
  UpdateExpression: update,
}

/** Lowers an expression where its value is wanted. */
export function expressionValue(cx: Lowering, node: Expression): Value {
  if (cx.variables === undefined) return UNDEFINED
  const lower = KINDS[node.type] as ((cx: Lowering, node: Expression) => Value) | undefined
  const outer = cx.builder.span
  cx.builder.span = { start: node.start, end: node.end }
  const value = lower === undefined ? cx.report(node, refusal(node)) : lower(cx, node)
  cx.builder.span = outer
  return value
}

function literalValue(cx: Lowering, node: Literal): Value {
  switch (typeof node.value) {
    case 'bigint':
      return bigintValue(cx, node, node.value)
    case 'number':
      return numberValue(cx, node, node.value)
    case 'boolean':
      return node.value ? TRUE : FALSE
    case 'string':
      return { kind: 'text', text: node.value }
    default:
      return node.raw === 'null'
        ? cx.report(node, unsupported('null', 'use undefined for what is not there'))
        : cx.report(node, unsupported('a regular expression', 'compare with === or startsWith(), or match in user space'))
  }
}
function templateValue(cx: Lowering, node: TemplateLiteral): Value {
  const [only] = node.quasis
  if (node.expressions.length === 0) return { kind: 'text', text: only?.value.cooked ?? '' }
  return cx.report(node, unsupported('a template string', 'emit its parts as fields of a record and join them in user space'))
}
function sequenceValue(cx: Lowering, node: SequenceExpression): Value {
  return node.expressions.map((expression) => cx.value(expression)).at(-1) ?? UNDEFINED
}

function arrayValue(cx: Lowering, node: ArrayExpression): Value {
  const values: Value[] = []
  for (const element of node.elements) {
    if (element === null) values.push(UNDEFINED)
    else if (element.type !== 'SpreadElement') values.push(cx.value(element))
    else {
      const list = cx.value(element.argument)
      const items = listItems(cx, element, list)
      if (items === undefined && list.kind !== 'error') cx.report(element.argument, wrongType('an array', list))
      values.push(...(items ?? []))
    }
  }
  return listValue(cx, values)
}

function objectValue(cx: Lowering, node: ObjectExpression): Value {
  const fields = new Map<string, Variable>()
  const nodes = new Map<string, Node>()
  const keys = new Map<string, Node>()
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      spreadObject(cx, property.argument, { fields, nodes })
      continue
    }
    if (property.kind !== 'init' || property.computed || property.method) {
      cx.report(property, unsupported('this property', 'write name: value'))
      continue
    }
    const name = property.key.type === 'Identifier' ? property.key.name : property.key.type === 'Literal' ? String(property.key.value) : ''
    // What the value does to the flow comes first.
    const value = cx.value(property.value)
    const field = unnamed()
    cx.variables?.set(field, value)
    fields.set(name, field)
    nodes.set(name, property.value)
    keys.set(name, property.key)
  }
  return { kind: 'object', fields, nodes, keys }
}

/** `{ ...object }`: its members as they are now. */
function spreadObject(
  cx: Lowering,
  node: Expression,
  { fields, nodes }: { readonly fields: Map<string, Variable>; readonly nodes: Map<string, Node> },
): void {
  const value = cx.value(node)
  const names =
    value.kind === 'object' ? [...value.fields.keys()] : value.kind === 'struct' ? value.type.fields.map(({ name }) => name) : undefined
  if (names === undefined) {
    if (value.kind !== 'error') cx.report(node, wrongType('an object', value))
    return
  }
  for (const name of names) {
    const member = memberOf(cx, node, [value, name])
    const field = unnamed()
    cx.variables?.set(field, member)
    fields.set(name, field)
    nodes.set(name, node)
  }
}

/** `a?.b`: undefined where `a` is. */
function chainValue(cx: Lowering, node: ChainExpression): Value {
  const outer = cx.chain
  const chain: Arrival[] = []
  cx.chain = chain
  const result = cx.value(node.expression)
  cx.chain = outer
  const end = leave(cx)
  return join(cx, end === undefined ? chain : [...chain, { flow: end, result }])
}

function unaryValue(cx: Lowering, node: UnaryExpression): Value {
  if (node.operator === '!') return conditionValue(cx, node)
  const value = cx.value(node.argument)
  if (node.operator === 'void') return UNDEFINED
  if (node.operator === 'typeof') return typeName(cx, node, value)
  if (node.operator === 'delete') return cx.report(node, unsupported('delete', 'write map.delete(key)'))
  if (value.kind !== 'int') return value.kind === 'error' ? value : cx.report(node.argument, wrongType('an integer', value))
  if (node.operator === '+') return value.numeric === 'number' ? value : cx.report(node, unaryPlus)
  return node.operator === '-' ? negate(cx, node, value) : complement(cx, node, value)
}

/** `typeof value`, where the ways that lead here agree on it. */
function typeName(cx: Lowering, node: UnaryExpression, value: Value): Value {
  const text = value.kind === 'int' ? value.numeric : TYPE_NAMES[value.kind]
  if (text !== undefined) return { kind: 'text', text }
  return value.kind === 'error' ? value : cx.report(node, unsupported('typeof of this', 'compare with undefined: value !== undefined'))
}
const TYPE_NAMES: Readonly<Partial<Record<Value['kind'], string>>> = {
  bool: 'boolean',
  string: 'string',
  text: 'string',
  undefined: 'undefined',
  object: 'object',
  struct: 'object',
  list: 'object',
  function: 'function',
}

function conditionalValue(cx: Lowering, node: ConditionalExpression): Value {
  const { whenTrue, whenFalse } = cx.branch(node.test)
  return join(cx, [...follow(cx, whenTrue, node.consequent), ...follow(cx, whenFalse, node.alternate)])
}
function follow(cx: Lowering, flow: Flow | undefined, node: Expression): Arrival[] {
  enter(cx, flow)
  if (flow === undefined) return []
  const result = cx.value(node)
  const end = leave(cx)
  return end === undefined ? [] : [{ flow: end, result }]
}

function logicalValue(cx: Lowering, node: LogicalExpression): Value {
  if (node.operator === '??') return coalesce(cx, node)
  if (isBoolean(node)) return conditionValue(cx, node)
  // The value of the left side is wanted on one of the ways: it gets a variable without a name.
  const left: Variable = { name: '', mutable: false }
  const value = cx.value(node.left)
  cx.variables?.set(left, value)
  cx.scopes.push(new Map([[LEFT_SIDE, left]]))
  const { whenTrue, whenFalse } = cx.branch({ type: 'Identifier', name: LEFT_SIDE, start: node.left.start, end: node.left.end })
  cx.scopes.pop()
  const [decided, open] = node.operator === '&&' ? [whenFalse, whenTrue] : [whenTrue, whenFalse]
  const kept = decided === undefined ? [] : [{ flow: decided, result: decided.variables.get(left) ?? ERROR }]
  const result = join(cx, [...kept, ...follow(cx, open, node.right)])
  cx.variables?.delete(left)
  return result
}
/** No name of JavaScript. */
const LEFT_SIDE = '%left'

function isBoolean(node: Expression): boolean {
  if (node.type === 'ParenthesizedExpression') return isBoolean(node.expression)
  if (node.type === 'LogicalExpression') return node.operator !== '??' && isBoolean(node.left) && isBoolean(node.right)
  return (node.type === 'UnaryExpression' && node.operator === '!') || (node.type === 'BinaryExpression' && isRelation(node.operator))
}

function coalesce(cx: Lowering, node: LogicalExpression): Value {
  const left = cx.value(node.left)
  if (left.kind === 'undefined') return cx.value(node.right)
  if (left.kind !== 'optional') return left
  const known = knownBool(left.present)
  if (known !== undefined) return known ? left.load() : cx.value(node.right)
  const { present, absent, value } = splitOptional(cx, left)
  return join(cx, [{ flow: present, result: value }, ...follow(cx, absent, node.right)])
}

function refusal(node: Expression): Problem {
  return unsupported(
    REFUSED[node.type] ?? `this (${node.type})`,
    HINTS[node.type] ?? 'compute it outside of the probe and capture the constant',
  )
}
const REFUSED: Readonly<Partial<Record<string, string>>> = {
  NewExpression: 'new',
  AwaitExpression: 'await',
  YieldExpression: 'yield',
  ThisExpression: 'this',
  TaggedTemplateExpression: 'a tagged template',
  ClassExpression: 'a class',
  ImportExpression: 'import()',
  MetaProperty: 'import.meta',
}
const HINTS: Readonly<Partial<Record<string, string>>> = {
  NewExpression: 'use parts of the program: array(), hash(), ringbuf()',
}
const unaryPlus: Problem = {
  code: 'mixed-types',
  message: 'unary + of a bigint is a TypeError in JavaScript',
  hint: 'write Number(value)',
}
