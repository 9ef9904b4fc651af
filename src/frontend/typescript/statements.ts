/**
 * Statements, by kind of node.
 */
import type { BlockStatement, IfStatement, ReturnStatement, Statement } from 'acorn'
import { hoist, lowerDeclaration } from './declarations.ts'
import { joinFlows } from './join.ts'
import { closeLoops, lowerDoWhile, lowerFor, lowerForOf, lowerJump, lowerLabeled, lowerWhile } from './loops.ts'
import { enter, type Lowering, leave } from './lowering.ts'
import { unsupported } from './problems.ts'
import { withScope } from './scopes.ts'
import { lowerSwitch } from './switch.ts'
import { UNDEFINED } from './value.ts'

type Kinds = { readonly [Kind in Statement['type']]?: (cx: Lowering, node: Extract<Statement, { type: Kind }>) => void }

const KINDS: Kinds = {
  BlockStatement: lowerBlock,
  ExpressionStatement: (cx, node) => void cx.value(node.expression),
  EmptyStatement: () => undefined,
  VariableDeclaration: lowerDeclaration,
  // Its value is there from the beginning of its block.
  FunctionDeclaration: () => undefined,
  IfStatement: lowerIf,
  ReturnStatement: lowerReturn,
  SwitchStatement: lowerSwitch,
  ForStatement: lowerFor,
  ForOfStatement: lowerForOf,
  WhileStatement: lowerWhile,
  DoWhileStatement: lowerDoWhile,
  LabeledStatement: lowerLabeled,
  BreakStatement: lowerJump,
  ContinueStatement: lowerJump,
}

/** Lowers a statement; one that cannot be reached is left out. */
export function lowerStatement(cx: Lowering, node: Statement): void {
  if (cx.variables === undefined) return
  const lower = KINDS[node.type] as ((cx: Lowering, node: Statement) => void) | undefined
  cx.builder.span = { start: node.start, end: node.end }
  if (lower === undefined)
    cx.report(node, unsupported(REFUSED[node.type] ?? `this (${node.type})`, HINTS[node.type] ?? 'write it with if, for and while'))
  else lower(cx, node)
}

/** Lowers statements in a scope of their own. */
function lowerBlock(cx: Lowering, node: BlockStatement): void {
  withScope(cx, () => {
    hoist(cx, node.body)
    for (const statement of node.body) lowerStatement(cx, statement)
  })
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
  const result = node.argument ? cx.value(node.argument) : UNDEFINED
  closeLoops(cx)
  const flow = leave(cx)
  if (flow !== undefined && cx.call !== undefined) cx.call.returns.push({ flow, result })
  else if (flow !== undefined) cx.builder.return(cx.builder.i64(0))
  cx.variables = undefined
}

const REFUSED: Readonly<Partial<Record<string, string>>> = {
  ForInStatement: 'for ... in',
  ThrowStatement: 'throw',
  TryStatement: 'try',
  ClassDeclaration: 'a class',
  WithStatement: 'with',
  DebuggerStatement: 'debugger',
}
const HINTS: Readonly<Partial<Record<string, string>>> = {
  ForInStatement: 'name the members one by one',
  ThrowStatement: 'nothing in a probe catches it: return early instead',
  TryStatement: 'nothing in a probe throws: what may fail answers undefined, which can be tested',
  ClassDeclaration: 'use objects and functions',
}
