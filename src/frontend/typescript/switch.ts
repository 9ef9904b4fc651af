/**
 * `switch`: the cases are compared in order by `===`, then the statements run from the one that matched on, until a `break`.
 */
import type { SwitchCase, SwitchStatement } from 'acorn'
import { hoist } from './declarations.ts'
import { joinFlows } from './join.ts'
import { leavable } from './loops.ts'
import { enter, type Flow, type Lowering, leave } from './lowering.ts'
import { withScope } from './scopes.ts'
import { unnamed } from './variable.ts'

/** No name of JavaScript. */
const TESTED = '%switch'

/** Lowers a `switch`. */
export function lowerSwitch(cx: Lowering, node: SwitchStatement): void {
  const value = cx.value(node.discriminant)
  if (value.kind === 'error') return
  withScope(cx, () => {
    const tested = unnamed()
    cx.scopes.at(-1)?.set(TESTED, tested)
    cx.variables?.set(tested, value)
    const entries = findEntries(cx, node)
    leavable(cx, { labels: [] }, () => {
      withScope(cx, () => lowerCases(cx, node, entries))
      const unmatched = entries.get(undefined)
      if (unmatched !== undefined) joinFlows(cx, [leave(cx), unmatched])
    })
  })
}

/** Where each case is entered from the comparisons; `undefined`: no case matched and there is no default. */
function findEntries(cx: Lowering, node: SwitchStatement): ReadonlyMap<SwitchCase | undefined, Flow> {
  const entries = new Map<SwitchCase | undefined, Flow>()
  const { start, end } = node.discriminant
  for (const one of node.cases) {
    if (!one.test || cx.variables === undefined) continue
    const left = { type: 'Identifier', name: TESTED, start, end } as const
    const place = { start: one.test.start, end: one.test.end }
    const { whenTrue, whenFalse } = cx.branch({ type: 'BinaryExpression', operator: '===', left, right: one.test, ...place })
    if (whenTrue !== undefined) entries.set(one, whenTrue)
    enter(cx, whenFalse)
  }
  const rest = leave(cx)
  const otherwise = node.cases.find(({ test }) => !test)
  if (rest !== undefined) entries.set(otherwise, rest)
  cx.variables = undefined
  return entries
}

function lowerCases(cx: Lowering, node: SwitchStatement, entries: ReadonlyMap<SwitchCase | undefined, Flow>): void {
  hoist(
    cx,
    node.cases.flatMap(({ consequent }) => consequent),
  )
  for (const one of node.cases) {
    joinFlows(cx, [leave(cx), entries.get(one)])
    for (const statement of one.consequent) cx.statement(statement)
  }
}
