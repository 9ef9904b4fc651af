/**
 * Loops that count: `for (let i = first; i < end; i += step)`, where the body leaves `i` alone. How often they go round is known before
 * the first round, if not exactly then at most.
 */
import type { AssignmentExpression, BinaryExpression, ForStatement, Node, UpdateExpression } from 'acorn'
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
}

/** The loop as one that counts, once its `init` has been lowered; undefined when it is none. */
export function countedLoop(cx: Lowering, node: ForStatement): CountedLoop | undefined {
  const [declarator, ...others] = node.init?.type === 'VariableDeclaration' ? node.init.declarations : []
  if (declarator?.id.type !== 'Identifier' || others.length > 0 || node.test?.type !== 'BinaryExpression' || !node.update) return undefined
  const { name } = declarator.id
  const variable = findVariable(cx, name)
  const step = stepOf(cx, node.update, name)
  const { left, operator, right } = node.test
  if (variable === undefined || step === undefined || left.type !== 'Identifier' || left.name !== name) return undefined
  if (!(step > 0n ? UP : DOWN).has(operator) || assigns(node.body, name)) return undefined
  const first = cx.variables?.get(variable)
  const end = endOf(cx, right, node.body)
  if (first?.kind !== 'int' || end?.kind !== 'int' || first.numeric !== end.numeric || first.high !== undefined || end.high !== undefined)
    return undefined
  const isInclusive = operator.endsWith('=')
  const distance = step > 0n ? end.range.max - first.range.min : first.range.max - end.range.min
  const size = step > 0n ? step : -step
  const rounds = (distance + (isInclusive ? size : size - 1n)) / size
  return { variable, first, end, step, isInclusive, most: distance < 0n ? 0n : rounds }
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
function endOf(cx: Lowering, node: Node, body: Node) {
  if (node.type === 'Literal') return cx.value(node as never)
  if (node.type === 'Identifier' && !assigns(body, (node as { readonly name?: string }).name ?? '')) return cx.value(node as never)
  if (node.type === 'MemberExpression' && !hasAssignments(body)) return cx.value(node as never)
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
