/**
 * Statements, by kind of node. Loops are unrolled along the control flow, as far as ranges say how often they go round.
 */
import type {
  BlockStatement,
  Expression,
  ForStatement,
  IfStatement,
  Pattern,
  ReturnStatement,
  Statement,
  VariableDeclaration,
  WhileStatement,
} from 'acorn'
import { joinFlows } from './join.ts'
import { enter, type Flow, type Lowering, leave, type Problem, type Variable } from './lowering.ts'
import { memberOf } from './names.ts'
import { unsupported } from './problems.ts'
import { UNDEFINED, type Value } from './value.ts'

/** Rounds of a loop that are written out; the verifier looks at each. */
const MOST_ROUNDS = 64

type Kinds = { readonly [Kind in Statement['type']]?: (cx: Lowering, node: Extract<Statement, { type: Kind }>) => void }

const KINDS: Kinds = {
  BlockStatement: lowerBlock,
  ExpressionStatement: (cx, node) => void cx.value(node.expression),
  EmptyStatement: () => undefined,
  VariableDeclaration: lowerDeclaration,
  IfStatement: lowerIf,
  ReturnStatement: lowerReturn,
  ForStatement: lowerFor,
  WhileStatement: (cx, node) => unroll(cx, node, { test: node.test, update: undefined }),
  BreakStatement: (cx, node) => leaveLoop(cx, node, 'breaks'),
  ContinueStatement: (cx, node) => leaveLoop(cx, node, 'continues'),
}

/** Lowers a statement; one that cannot be reached is left out. */
export function lowerStatement(cx: Lowering, node: Statement): void {
  if (cx.variables === undefined) return
  const lower = KINDS[node.type] as ((cx: Lowering, node: Statement) => void) | undefined
  cx.builder.span = { start: node.start, end: node.end }
  if (lower === undefined) cx.report(node, unsupported(REFUSED[node.type] ?? `this (${node.type})`, 'write it with if, for and while'))
  else lower(cx, node)
}

/** Lowers statements in a scope of their own. */
function lowerBlock(cx: Lowering, node: BlockStatement): void {
  withScope(cx, () => {
    hoist(cx, node.body)
    for (const statement of node.body) lowerStatement(cx, statement)
  })
}

function withScope(cx: Lowering, body: () => void): void {
  const scope = new Map<string, Variable>()
  cx.scopes.push(scope)
  body()
  cx.scopes.pop()
  for (const variable of scope.values()) cx.variables?.delete(variable)
}

/** Names are known from the beginning of their block, without a value: so a use before the declaration is not taken for an outer name. */
function hoist(cx: Lowering, statements: readonly Statement[]): void {
  for (const statement of statements) if (statement.type === 'VariableDeclaration') declare(cx, statement)
}
function declare(cx: Lowering, node: VariableDeclaration): void {
  for (const { id } of node.declarations)
    for (const name of namesOf(id)) cx.scopes.at(-1)?.set(name, { name, mutable: node.kind === 'let' })
}
function namesOf(pattern: Pattern): string[] {
  if (pattern.type === 'Identifier') return [pattern.name]
  if (pattern.type === 'AssignmentPattern') return namesOf(pattern.left)
  if (pattern.type !== 'ObjectPattern') return []
  return pattern.properties.flatMap((property) => (property.type === 'Property' ? namesOf(property.value) : []))
}

function lowerDeclaration(cx: Lowering, node: VariableDeclaration): void {
  if (node.kind !== 'const' && node.kind !== 'let') {
    cx.report(node, unsupported(node.kind, 'declare with const or let'))
    return
  }
  for (const { id, init } of node.declarations) bindPattern(cx, id, init ? cx.value(init) : UNDEFINED)
}

/** Gives the names of a pattern their values, in the innermost scope. */
function bindPattern(cx: Lowering, pattern: Pattern, value: Value): void {
  if (pattern.type === 'Identifier') {
    const variable = cx.scopes.at(-1)?.get(pattern.name)
    if (variable !== undefined) cx.variables?.set(variable, value)
    return
  }
  if (pattern.type !== 'ObjectPattern') {
    cx.report(pattern, unsupported('this pattern', 'name one variable, or take members: const { a, b } = value'))
    return
  }
  for (const property of pattern.properties) {
    if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') {
      cx.report(property, unsupported('this pattern', 'take members by name: const { a, b } = value'))
    } else bindPattern(cx, property.value, memberOf(cx, property, [value, property.key.name]))
  }
}

/** Declares the parameter of the probe function. */
export function declareParameter(cx: Lowering, pattern: Pattern): void {
  const scope = cx.scopes.at(-1)
  for (const name of namesOf(pattern)) scope?.set(name, { name, mutable: true })
  bindPattern(cx, pattern, { kind: 'context' })
}

function lowerIf(cx: Lowering, node: IfStatement): void {
  const { whenTrue, whenFalse } = cx.branch(node.test)
  enter(cx, whenTrue)
  lowerStatement(cx, node.consequent)
  const consequent = leave(cx)
  enter(cx, whenFalse)
  if (node.alternate) lowerStatement(cx, node.alternate)
  joinFlows(cx, [consequent, leave(cx)])
}

function lowerReturn(cx: Lowering, node: ReturnStatement): void {
  if (node.argument) cx.value(node.argument)
  if (cx.variables !== undefined) cx.builder.return(cx.builder.i64(0))
  cx.variables = undefined
}

function lowerFor(cx: Lowering, node: ForStatement): void {
  withScope(cx, () => {
    if (node.init?.type === 'VariableDeclaration') {
      declare(cx, node.init)
      lowerDeclaration(cx, node.init)
    } else if (node.init) cx.value(node.init)
    unroll(cx, node, { test: node.test ?? undefined, update: node.update ?? undefined })
  })
}

interface Header {
  readonly test: Expression | undefined
  readonly update: Expression | undefined
}

function unroll(cx: Lowering, node: ForStatement | WhileStatement, { test, update }: Header): void {
  const exits: (Flow | undefined)[] = []
  const outer = cx.loop
  for (let round = 0; cx.variables !== undefined; round++) {
    const { whenTrue, whenFalse } = test === undefined ? { whenTrue: leave(cx), whenFalse: undefined } : cx.branch(test)
    exits.push(whenFalse)
    enter(cx, whenTrue)
    if (whenTrue !== undefined && round === MOST_ROUNDS) {
      cx.report(test ?? node, tooManyRounds)
      break
    }
    cx.loop = { breaks: [], continues: [] }
    lowerStatement(cx, node.body)
    joinFlows(cx, [leave(cx), ...cx.loop.continues])
    exits.push(...cx.loop.breaks)
    if (update !== undefined && cx.variables !== undefined) cx.value(update)
  }
  cx.loop = outer
  exits.push(leave(cx))
  joinFlows(cx, exits)
}

function leaveLoop(cx: Lowering, node: Statement & { readonly label?: unknown }, way: 'breaks' | 'continues'): void {
  const flow = leave(cx)
  if (node.label) cx.report(node, unsupported('a label', 'leave one loop at a time'))
  if (flow !== undefined) cx.loop?.[way].push(flow)
  cx.variables = undefined
}

const REFUSED: Readonly<Partial<Record<string, string>>> = {
  ForInStatement: 'for ... in',
  ForOfStatement: 'for ... of',
  DoWhileStatement: 'do ... while',
  SwitchStatement: 'switch',
  ThrowStatement: 'throw',
  TryStatement: 'try',
  FunctionDeclaration: 'a function inside of a probe',
  ClassDeclaration: 'a class',
  LabeledStatement: 'a label',
  WithStatement: 'with',
  DebuggerStatement: 'debugger',
}
const tooManyRounds: Problem = {
  code: 'unbounded-loop',
  message: `this loop may go round more than ${MOST_ROUNDS} times`,
  hint: 'count with a variable up to a constant: for (let i = 0; i < 16; i++)',
}
