/**
 * Expressions that decide where to go on: both ways are made, each with what the outcome says about the variables that were
 * tested (a range, that a value is not 0, that it is not undefined). A way that cannot be taken is not made at all.
 */
import type { BinaryExpression, Expression, LogicalExpression, PrivateIdentifier, UnaryExpression } from 'acorn'
import type { Operand } from '../../compiler/ir/ir.ts'
import { compareIntegers, MIRRORED, narrow, OPPOSITE, type Relation } from './compare.ts'
import { equalText } from './compare-text.ts'
import { join, joinFlows } from './join.ts'
import { type Branches, enter, type Flow, findVariable, fork, type Lowering, leave, type Problem } from './lowering.ts'
import { splitOptional } from './optional.ts'
import { wrongType } from './problems.ts'
import { constantInt, FALSE, type IntValue, knownBool, knownInt, type OptionalValue, TRUE, UNDEFINED, type Value } from './value.ts'
import type { Variable } from './variable.ts'

/** Lowers `node` as a condition, by the truthiness rules of JavaScript. */
export function branchOn(cx: Lowering, node: Expression): Branches {
  if (node.type === 'ParenthesizedExpression') return cx.branch(node.expression)
  if (node.type === 'UnaryExpression' && node.operator === '!') return branchOnNot(cx, node)
  if (node.type === 'LogicalExpression' && node.operator !== '??') return branchOnLogical(cx, node)
  if (node.type === 'BinaryExpression' && isRelation(node.operator)) return branchOnRelation(cx, node)
  if (node.type === 'ChainExpression') return branchOnChain(cx, { ways: () => cx.branch(node.expression), isEqual: true })
  return branchOnTruth(cx, node)
}

/** A condition on `a?.b`, which is false where the chain ends early: so where it holds, `a` is there. */
function branchOnChain(cx: Lowering, { ways, isEqual }: { readonly ways: () => Branches; readonly isEqual: boolean }): Branches {
  const outer = cx.chain
  const chain: { readonly flow: Flow }[] = []
  cx.chain = chain
  const { whenTrue, whenFalse } = ways()
  cx.chain = outer
  joinFlows(cx, [isEqual ? whenFalse : whenTrue, ...chain.map(({ flow }) => flow)])
  const ended = leave(cx)
  return isEqual ? { whenTrue, whenFalse: ended } : { whenTrue: ended, whenFalse }
}

/** A condition where its value is wanted: `const late = now > limit`. */
export function conditionValue(cx: Lowering, node: Expression): Value {
  const { whenTrue, whenFalse } = cx.branch(node)
  return join(cx, [...arrival(whenTrue, TRUE), ...arrival(whenFalse, FALSE)])
}
function arrival(flow: Flow | undefined, result: Value) {
  return flow === undefined ? [] : [{ flow, result }]
}

/** True for the operators that `branchOn` makes ways of. */
export function isRelation(operator: string): boolean {
  return /^([<>]=?|[!=]==?)$/.test(operator)
}

function branchOnNot(cx: Lowering, node: UnaryExpression): Branches {
  const { whenTrue, whenFalse } = cx.branch(node.argument)
  return { whenTrue: whenFalse, whenFalse: whenTrue }
}

function branchOnLogical(cx: Lowering, node: LogicalExpression): Branches {
  const left = cx.branch(node.left)
  const isAnd = node.operator === '&&'
  enter(cx, isAnd ? left.whenTrue : left.whenFalse)
  const right: Branches = cx.variables === undefined ? { whenTrue: undefined, whenFalse: undefined } : cx.branch(node.right)
  const joined = (a: Flow | undefined, b: Flow | undefined) => {
    joinFlows(cx, [a, b])
    return leave(cx)
  }
  if (isAnd) return { whenTrue: right.whenTrue, whenFalse: joined(left.whenFalse, right.whenFalse) }
  return { whenTrue: joined(left.whenTrue, right.whenTrue), whenFalse: right.whenFalse }
}

function branchOnTruth(cx: Lowering, node: Expression): Branches {
  const value = cx.value(node)
  const variable = variableOf(cx, node)
  switch (value.kind) {
    case 'bool':
      return split(cx, value.operand, { variable, whenTrue: TRUE, whenFalse: FALSE })
    case 'int':
      return branchOnInteger(cx, { relation: '!==', a: value, b: constantInt(value.numeric, 0n) }, { a: variable, b: undefined }, node)
    case 'optional': {
      const { present, absent, value: loaded } = splitOptional(cx, value)
      assign(absent, variable, UNDEFINED)
      assign(present, variable, loaded)
      enter(cx, present)
      if (loaded.kind === 'struct' || loaded.kind === 'array') return { whenTrue: leave(cx), whenFalse: absent }
      if (loaded.kind === 'string') {
        const first = cx.builder.convert(cx.builder.load('i8', loaded.pointer), 'i64', { signed: false })
        const ways = split(cx, cx.builder.compare('ne', first, cx.builder.i64(0)))
        joinFlows(cx, [ways.whenFalse, absent])
        return { whenTrue: ways.whenTrue, whenFalse: leave(cx) }
      }
      const inner =
        loaded.kind === 'bool'
          ? split(cx, loaded.operand, { variable, whenTrue: TRUE, whenFalse: FALSE })
          : branchOnInteger(cx, { relation: '!==', a: loaded, b: constantInt(loaded.numeric, 0n) }, { a: variable, b: undefined }, node)
      joinFlows(cx, [inner.whenFalse, absent])
      return { whenTrue: inner.whenTrue, whenFalse: leave(cx) }
    }
    case 'undefined':
      return { whenTrue: undefined, whenFalse: leave(cx) }
    case 'text':
      return value.text === '' ? { whenTrue: undefined, whenFalse: leave(cx) } : { whenTrue: leave(cx), whenFalse: undefined }
    case 'string': {
      const first = cx.builder.convert(cx.builder.load('i8', value.pointer), 'i64', { signed: false })
      return split(cx, cx.builder.compare('ne', first, cx.builder.i64(0)))
    }
    case 'object':
    case 'list':
    case 'array':
    case 'struct':
    case 'function':
      return { whenTrue: leave(cx), whenFalse: undefined }
    case 'error':
      return bothWays(cx, node, value)
    default:
      return bothWays(cx, node, value)
  }
}

function branchOnRelation(cx: Lowering, node: BinaryExpression): Branches {
  const left = node.left
  if (left.type === 'PrivateIdentifier') return bothWays(cx, node, UNDEFINED)
  const { operator, right } = node
  if (left.type === 'ChainExpression' && (operator === '===' || operator === '!==') && right.type === 'Literal') {
    const inner = { ...node, left: left.expression }
    const ways = () => branchOnValues(cx, inner, [cx.value(left.expression), cx.variables === undefined ? UNDEFINED : cx.value(right)])
    return branchOnChain(cx, { ways, isEqual: operator === '===' })
  }
  return branchOnValues(cx, node, [cx.value(left), cx.value(right)])
}

function branchOnValues(cx: Lowering, node: BinaryExpression, [a, b]: readonly [Value, Value]): Branches {
  const left = node.left as Expression
  if (a.kind === 'error' || b.kind === 'error') return bothWays(cx, node, a.kind === 'error' ? a : b)
  const undefinedTest = branchOnUndefined(cx, node, [a, b])
  if (undefinedTest !== undefined) return undefinedTest
  const relation = node.operator === '==' || node.operator === '!=' ? undefined : (node.operator as Relation)
  if (relation === undefined) return bothWays(cx, node, cx.report(node, looseEquality(node.operator)))
  if (a.kind === 'int' && b.kind === 'int') return branchOnIntegers(cx, node, { relation, a, b })
  const equality = relation === '===' || relation === '!=='
  if (!equality)
    return bothWays(cx, node, cx.report(a.kind === 'int' ? node.right : left, wrongType('an integer', a.kind === 'int' ? b : a)))
  if (a.kind === 'optional' && b.kind !== 'optional' && b.kind !== 'fraction') return branchOnOptional(cx, node, [a, b])
  if (b.kind === 'optional' && a.kind !== 'optional' && a.kind !== 'fraction') return branchOnOptional(cx, node, [b, a])
  const uncertain = [a, b].find((value) => value.kind === 'optional' || value.kind === 'fraction')
  if (uncertain !== undefined)
    return bothWays(cx, node, cx.report(uncertain === a ? left : node.right, wrongType('a value to compare', uncertain)))
  const equal = a.kind === 'bool' && b.kind === 'bool' ? equalBooleans(cx, [a.operand, b.operand]) : equalText(cx, a, b)
  if (equal === undefined) return bothWays(cx, node, cx.report(node, differentTypes(a, b)))
  const ways = split(cx, equal)
  return relation === '===' ? ways : { whenTrue: ways.whenFalse, whenFalse: ways.whenTrue }
}

function branchOnIntegers(cx: Lowering, node: BinaryExpression, test: IntegerTest): Branches {
  const { relation, a, b } = test
  if (a.numeric !== b.numeric && (relation === '===' || relation === '!=='))
    return bothWays(cx, node, cx.report(node, differentTypes(a, b)))
  return branchOnInteger(cx, test, { a: variableOf(cx, node.left), b: variableOf(cx, node.right) }, node)
}

interface IntegerTest {
  readonly relation: Relation
  readonly a: IntValue
  readonly b: IntValue
}

function branchOnInteger(
  cx: Lowering,
  { relation, a, b }: IntegerTest,
  variables: { readonly a: Variable | undefined; readonly b: Variable | undefined },
  node: Expression,
): Branches {
  const condition = a.nonZero && knownInt(b) === 0n && relation === '!==' ? TRUE.operand : compareIntegers(cx, relation, [a, b])
  if (condition === undefined) return bothWays(cx, node, cx.report(node, tooWideToCompare))
  const ways = split(cx, condition)
  for (const [flow, holds] of [
    [ways.whenTrue, relation],
    [ways.whenFalse, OPPOSITE[relation]],
  ] as const) {
    assign(flow, variables.a, narrow(holds, a, b))
    assign(flow, variables.b, narrow(MIRRORED[holds], b, a))
  }
  return ways
}

/** `value === undefined` and its kin; undefined when neither side is it. */
function branchOnUndefined(cx: Lowering, node: BinaryExpression, [a, b]: readonly [Value, Value]): Branches | undefined {
  if (a.kind !== 'undefined' && b.kind !== 'undefined') return undefined
  if (!/^[!=]/.test(node.operator)) return bothWays(cx, node, cx.report(node, wrongType('an integer', UNDEFINED)))
  const [tested, side] = b.kind === 'undefined' ? [a, node.left] : [b, node.right]
  const turn = (ways: Branches): Branches => (node.operator.startsWith('=') ? { whenTrue: ways.whenFalse, whenFalse: ways.whenTrue } : ways)
  if (tested.kind === 'undefined') return turn({ whenTrue: undefined, whenFalse: leave(cx) })
  if (tested.kind !== 'optional') return turn({ whenTrue: leave(cx), whenFalse: undefined })
  const variable = variableOf(cx, side)
  const { present, absent, value } = splitOptional(cx, tested)
  assign(present, variable, value)
  assign(absent, variable, UNDEFINED)
  return turn({ whenTrue: present, whenFalse: absent })
}

/** `===` of a value that may be undefined, with one that is not: undefined is not equal to it. */
function branchOnOptional(cx: Lowering, node: BinaryExpression, [optional, other]: readonly [OptionalValue, Value]): Branches {
  const { present, absent, value } = splitOptional(cx, optional)
  enter(cx, present)
  const ways = branchOnValues(cx, { ...node, operator: '===' }, [value, other])
  joinFlows(cx, [ways.whenFalse, absent])
  const different = leave(cx)
  return node.operator === '===' ? { whenTrue: ways.whenTrue, whenFalse: different } : { whenTrue: different, whenFalse: ways.whenTrue }
}

function equalBooleans(cx: Lowering, [a, b]: readonly [Operand, Operand]): Operand {
  const bits = [a, b].map((operand) => cx.builder.convert(operand, 'i64', { signed: false }))
  return cx.builder.compare('eq', bits[0]!, bits[1]!)
}

interface Outcome {
  readonly variable: Variable | undefined
  readonly whenTrue: Value
  readonly whenFalse: Value
}

/** Two ways by a condition; one when the condition is known. */
function split(cx: Lowering, condition: Operand, outcome?: Outcome): Branches {
  const known = knownBool(condition)
  if (known !== undefined) return known ? { whenTrue: leave(cx), whenFalse: undefined } : { whenTrue: undefined, whenFalse: leave(cx) }
  const whenTrue = fork(cx, 'then')
  const whenFalse = fork(cx, 'else')
  cx.builder.branch(condition, whenTrue.block, whenFalse.block)
  if (outcome !== undefined) {
    assign(whenTrue, outcome.variable, outcome.whenTrue)
    assign(whenFalse, outcome.variable, outcome.whenFalse)
  }
  return { whenTrue, whenFalse }
}

/** Goes on both ways behind a mistake, so that what stands there is checked as well. */
function bothWays(cx: Lowering, node: Expression, value: Value): Branches {
  if (value.kind !== 'error') cx.report(node, wrongType('a condition', value))
  const whenTrue = fork(cx, 'then')
  const whenFalse = fork(cx, 'else')
  const unknown = cx.builder.compare('ne', cx.builder.load('i64', cx.builder.context), cx.builder.i64(0))
  cx.builder.branch(unknown, whenTrue.block, whenFalse.block)
  return { whenTrue, whenFalse }
}

function assign(flow: Flow | undefined, variable: Variable | undefined, value: Value | undefined): void {
  if (flow !== undefined && variable !== undefined && value !== undefined) flow.variables.set(variable, value)
}
function variableOf(cx: Lowering, node: Expression | PrivateIdentifier): Variable | undefined {
  return node.type === 'Identifier' ? findVariable(cx, node.name) : undefined
}

const looseEquality = (operator: string): Problem => ({
  code: 'loose-equality',
  message: `${operator} converts its sides before it compares them`,
  hint: `write ${operator}=`,
})
const differentTypes = (a: Value, b: Value): Problem => ({
  code: 'never-equal',
  message: `${a.kind === 'int' ? a.numeric : a.kind} and ${b.kind === 'int' ? b.numeric : b.kind} are never equal`,
  hint: 'compare values of one type: BigInt(...) and Number(...) convert',
})
const tooWideToCompare: Problem = {
  code: 'bigint-too-large',
  message: 'this comparison needs more than 128 bits',
  hint: 'cut an operand to what it needs with BigInt.asUintN(64, ...) first',
}
