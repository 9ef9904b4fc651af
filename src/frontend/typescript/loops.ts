/**
 * Loops: written out along the control flow, as far as ranges say how often they go round; and what leaves them.
 */
import type {
  BreakStatement,
  ContinueStatement,
  DoWhileStatement,
  Expression,
  ForOfStatement,
  ForStatement,
  LabeledStatement,
  Statement,
  WhileStatement,
} from 'acorn'
import { countedLoop } from './counted-loop.ts'
import { declare, lowerDeclaration } from './declarations.ts'
import { joinFlows } from './join.ts'
import { lengthOf, listItems } from './lists.ts'
import { enter, type Flow, type JumpTarget, type Lowering, leave, type Problem } from './lowering.ts'
import { bindPattern } from './patterns.ts'
import { unsupported, wrongType } from './problems.ts'
import { lowerRealLoop } from './real-loop.ts'
import { withScope } from './scopes.ts'

/** Rounds of a loop that are written out; the verifier looks at each. */
const MOST_ROUNDS = 64

type Loop = ForStatement | WhileStatement | DoWhileStatement | ForOfStatement

/** `for (init; test; update)`. */
export function lowerFor(cx: Lowering, node: ForStatement): void {
  const labels = takeLabels(cx)
  withScope(cx, () => {
    if (node.init?.type === 'VariableDeclaration') {
      declare(cx, node.init)
      lowerDeclaration(cx, node.init)
    } else if (node.init) cx.value(node.init)
    const counted = cx.variables === undefined ? undefined : countedLoop(cx, node)
    if (counted !== undefined && counted.most > BigInt(MOST_ROUNDS)) {
      lowerRealLoop(cx, { node: node.test ?? node, labels, counted, body: () => lowerGuarded(cx, node, counted.guard) })
      return
    }
    const { test, update } = node
    writeOut(cx, node, { labels, test: test ?? undefined, update: update ?? undefined })
  })
}

/** The body of a loop that counts, behind what else its test asks for. */
function lowerGuarded(cx: Lowering, node: ForStatement, guard: Expression | undefined): void {
  if (guard !== undefined) {
    const { whenTrue, whenFalse } = cx.branch(guard)
    if (whenFalse !== undefined) cx.targets.at(-1)?.breaks.push(whenFalse)
    enter(cx, whenTrue)
  }
  cx.statement(node.body)
}

/** `while (test)`. */
export function lowerWhile(cx: Lowering, node: WhileStatement): void {
  writeOut(cx, node, { labels: takeLabels(cx), test: node.test, update: undefined })
}

/** `do ... while (test)`. */
export function lowerDoWhile(cx: Lowering, node: DoWhileStatement): void {
  writeOut(cx, node, { labels: takeLabels(cx), test: node.test, update: undefined, isTestedBehind: true })
}

interface Header {
  readonly labels: readonly string[]
  readonly test: Expression | undefined
  readonly update: Expression | undefined
  readonly isTestedBehind?: boolean
}

function writeOut(cx: Lowering, node: Loop, { labels, test, update, isTestedBehind = false }: Header): void {
  const exits: (Flow | undefined)[] = []
  const goOn = (): void => {
    if (test === undefined || cx.variables === undefined) return
    const { whenTrue, whenFalse } = cx.branch(test)
    exits.push(whenFalse)
    enter(cx, whenTrue)
  }
  for (let round = 0; cx.variables !== undefined; round++) {
    if (!isTestedBehind) goOn()
    if (cx.variables !== undefined && round === MOST_ROUNDS) {
      cx.report(test ?? node, tooManyRounds)
      break
    }
    if (cx.variables === undefined) break
    exits.push(...lowerRound(cx, labels, () => cx.statement(node.body)))
    if (update !== undefined && cx.variables !== undefined) cx.value(update)
    if (isTestedBehind) goOn()
  }
  exits.push(leave(cx))
  joinFlows(cx, exits)
}

/** `for (const value of array)`. */
export function lowerForOf(cx: Lowering, node: ForOfStatement): void {
  const labels = takeLabels(cx)
  if (node.await) return void cx.report(node, unsupported('for await', 'a probe does not wait'))
  const list = cx.value(node.right)
  if (list.kind === 'error') return
  if (lengthOf(list) === undefined) return void cx.report(node.right, { ...wrongType('an array', list), hint: NO_ITERATION })
  const exits: Flow[] = []
  for (const item of listItems(cx, node.right, list) ?? []) {
    if (cx.variables === undefined) break
    withScope(cx, () => {
      exits.push(
        ...lowerRound(cx, labels, () => {
          if (node.left.type !== 'VariableDeclaration')
            return void cx.report(node.left, unsupported('this loop', 'write for (const x of ...)'))
          declare(cx, node.left)
          const [declarator] = node.left.declarations
          if (declarator !== undefined) bindPattern(cx, declarator.id, item)
          cx.statement(node.body)
        }),
      )
    })
  }
  joinFlows(cx, [...exits, leave(cx)])
}

/** One round: paths that `continue` go on behind it; those that `break` are answered. */
function lowerRound(cx: Lowering, labels: readonly string[], body: () => void): readonly Flow[] {
  const target = { labels, breaks: [] as Flow[], continues: [] as Flow[] }
  const outer = cx.targets
  cx.targets = [...outer, target]
  body()
  cx.targets = outer
  joinFlows(cx, [leave(cx), ...target.continues])
  return target.breaks
}

/** `label: statement`. */
export function lowerLabeled(cx: Lowering, node: LabeledStatement): void {
  if (IS_LOOP.has(node.body.type) || node.body.type === 'LabeledStatement') {
    PENDING.set(cx, [...(PENDING.get(cx) ?? []), node.label.name])
    cx.statement(node.body)
    PENDING.delete(cx)
  } else leavable(cx, { labels: [node.label.name], isBlock: true }, () => cx.statement(node.body))
}

const IS_LOOP: ReadonlySet<Statement['type']> = new Set(['ForStatement', 'WhileStatement', 'DoWhileStatement', 'ForOfStatement'])
/** Labels that stand right before the loop that is about to be lowered. */
const PENDING = new WeakMap<Lowering, readonly string[]>()

function takeLabels(cx: Lowering): readonly string[] {
  const labels = PENDING.get(cx) ?? []
  PENDING.delete(cx)
  return labels
}

/** Lowers what `break` can leave, and goes on behind it. */
export function leavable(cx: Lowering, target: Omit<JumpTarget, 'breaks'>, body: () => void): void {
  const breaks: Flow[] = []
  const outer = cx.targets
  cx.targets = [...outer, { ...target, breaks }]
  body()
  cx.targets = outer
  joinFlows(cx, [leave(cx), ...breaks])
}

/** `break` and `continue`, with and without a label. */
export function lowerJump(cx: Lowering, node: BreakStatement | ContinueStatement): void {
  const wanted = (target: JumpTarget): boolean => {
    if (node.label) return target.labels.includes(node.label.name)
    return node.type === 'ContinueStatement' ? target.continues !== undefined : target.isBlock === undefined
  }
  const target = cx.targets.findLast(wanted)
  closeLoops(cx, target)
  const flow = leave(cx)
  if (flow !== undefined) (node.type === 'ContinueStatement' ? target?.continues : target?.breaks)?.push(flow)
  cx.variables = undefined
}

/** Gives back what loops hold that are left on the way to a target, or from the function where there is none; the innermost first. */
export function closeLoops(cx: Lowering, target?: JumpTarget): void {
  if (cx.variables === undefined) return
  for (const one of cx.targets.slice(target === undefined ? 0 : cx.targets.indexOf(target) + 1).reverse()) one.close?.()
}

const NO_ITERATION = 'a probe goes through arrays; use for (let i = 0; i < n; i++) for anything else'
const tooManyRounds: Problem = {
  code: 'unbounded-loop',
  message: `this loop may go round more than ${MOST_ROUNDS} times`,
  hint: 'count with a variable up to a constant: for (let i = 0; i < 16; i++)',
}
