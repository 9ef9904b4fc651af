/**
 * Loops that count: `for (let i = first; i < end; i += step)`, where the body leaves `i` alone. How often they go round is known before
 * the first round, if not exactly then at most.
 */
import type { AssignmentExpression, BinaryExpression, Expression, ForStatement, Node, UpdateExpression } from 'acorn'
import { findVariable, type Lowering } from './lowering.ts'
import type { IntValue } from './value.ts'
import type { Variable } from './variable.ts'

/** A loop that counts by a step that is known. */
export interface CountedLoop {
  readonly variable: Variable
  readonly first: IntValue
  readonly end: IntValue
  /** Not 0. */
  readonly step: bigint
  /** `end` belongs to the loop. */
  readonly isInclusive: boolean
  /** Rounds at most. */
  readonly most: bigint
  /** What else must hold for a round: `i < end && guard`. */
  readonly guard: Expression | undefined
}

/** The loop as one that counts, once its `init` has been lowered; undefined when it is none. */
export function countedLoop(cx: Lowering, node: ForStatement): CountedLoop | undefined {
  const [declarator, ...others] = node.init?.type === 'VariableDeclaration' ? node.init.declarations : []
  if (declarator?.id.type !== 'Identifier' || others.length > 0 || !node.test || !node.update) return undefined
  const { name } = declarator.id
  const variable = findVariable(cx, name)
  const first = variable === undefined ? undefined : cx.variables?.get(variable)
  const step = stepOf(cx, node.update, name)
  if (variable === undefined || first?.kind !== 'int' || first.high !== undefined || step === undefined) return undefined
  if (assigns(node.body, name) || assigns(node.test, name)) return undefined
  const counter = { name, first, step }
  const [bound, ...more] = conjunctsOf(node.test).map((test) => boundOf(cx, test, { ...counter, loop: node }))
  if (bound === undefined) return undefined
  const most = more.reduce((least, other) => (other !== undefined && other.most < least ? other.most : least), bound.most)
  return { variable, first, step, ...bound, most, guard: guardOf(node.test) }
}

interface Counter {
  readonly name: string
  readonly first: IntValue
  readonly step: bigint
  readonly loop: ForStatement
}

/** What a comparison of the counter says of its rounds; undefined for another test. */
function boundOf(
  cx: Lowering,
  test: Expression,
  { name, first, step, loop }: Counter,
): Pick<CountedLoop, 'end' | 'isInclusive' | 'most'> | undefined {
  if (test.type !== 'BinaryExpression' || !isNamed(test.left, name) || !(step > 0n ? UP : DOWN).has(test.operator)) return undefined
  const end = endOf(cx, test.right, loop)
  if (end?.kind !== 'int' || first.numeric !== end.numeric || end.high !== undefined) return undefined
  const isInclusive = test.operator.endsWith('=')
  const distance = step > 0n ? end.range.max - first.range.min : first.range.max - end.range.min
  const size = step > 0n ? step : -step
  return { end, isInclusive, most: distance < 0n ? 0n : (distance + (isInclusive ? size : size - 1n)) / size }
}

/** `a`, `b` and `c` of `a && b && c`, in the order in which they are evaluated. */
function conjunctsOf(test: Expression): readonly Expression[] {
  if (test.type === 'ParenthesizedExpression') return conjunctsOf(test.expression)
  if (test.type !== 'LogicalExpression' || test.operator !== '&&') return [test]
  return [...conjunctsOf(test.left), ...conjunctsOf(test.right)]
}

/** All but the first of them, as one expression. */
function guardOf(test: Expression): Expression | undefined {
  const [, ...others] = conjunctsOf(test)
  return others.reduce<Expression | undefined>(
    (left, right) =>
      left === undefined ? right : { type: 'LogicalExpression', operator: '&&', left, right, start: left.start, end: right.end },
    undefined,
  )
}

const UP: ReadonlySet<BinaryExpression['operator']> = new Set(['<', '<='])
const DOWN: ReadonlySet<BinaryExpression['operator']> = new Set(['>', '>='])

function stepOf(cx: Lowering, update: Node, name: string): bigint | undefined {
  if (update.type === 'UpdateExpression') {
    const { argument, operator } = update as UpdateExpression
    return argument.type === 'Identifier' && argument.name === name ? (operator === '++' ? 1n : -1n) : undefined
  }
  if (update.type !== 'AssignmentExpression') return undefined
  const { left, operator, right } = update as AssignmentExpression
  if (left.type !== 'Identifier' || left.name !== name || right.type !== 'Literal' || (operator !== '+=' && operator !== '-='))
    return undefined
  const value = cx.value(right)
  const size = value.kind === 'int' ? value.range.min : 0n
  return size === 0n ? undefined : operator === '+=' ? size : -size
}

/** The end, where it cannot change from round to round: a literal, a constant, a variable that nobody assigns to. */
function endOf(cx: Lowering, node: Node, { body, test }: ForStatement) {
  const isChanged = (name: string) => assigns(body, name) || (test ? assigns(test, name) : false)
  if (node.type === 'Literal') return cx.value(node as never)
  if (node.type === 'Identifier' && !isChanged((node as { readonly name?: string }).name ?? '')) return cx.value(node as never)
  if (node.type === 'MemberExpression' && !hasAssignments(body) && !(test && hasAssignments(test))) return cx.value(node as never)
  return undefined
}

/** True when something in the text may assign to a variable of that name. Functions that are called are looked at where they stand. */
function assigns(node: Node, name: string): boolean {
  return some(node, (one) => {
    if (one.type === 'UpdateExpression') return isNamed((one as UpdateExpression).argument, name)
    if (one.type === 'AssignmentExpression') return mentions((one as AssignmentExpression).left, name)
    return false
  })
}

function hasAssignments(node: Node): boolean {
  return some(node, ({ type }) => type === 'AssignmentExpression' || type === 'UpdateExpression' || type === 'CallExpression')
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && (node as { readonly name?: string }).name === name
}
function mentions(node: Node, name: string): boolean {
  return some(node, (one) => isNamed(one, name))
}

function some(node: Node, test: (node: Node) => boolean): boolean {
  if (test(node)) return true
  return Object.values(node).some((child: unknown) =>
    Array.isArray(child) ? child.some((one) => isNode(one) && some(one, test)) : isNode(child) && some(child, test),
  )
}
function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
