/**
 * From the syntax tree of a probe function to the IR, and what is wrong with it. Ties the kinds of syntax together.
 */
import type { Expression, Node, SpreadElement, Super } from 'acorn'
import type { Span } from '../../base/source-text.ts'
import { FunctionBuilder } from '../../compiler/ir/builder.ts'
import type { IrFunction } from '../../compiler/ir/ir.ts'
import { dropStackGrowth, keepProcess } from '../../compiler/lowering/filters.ts'
import type { Binding } from './binding.ts'
import type { CalledTexts } from './called-texts.ts'
import { branchOn } from './conditions.ts'
import { expressionValue } from './expressions.ts'
import type { Lowering, ProbeTarget, Problem } from './lowering.ts'
import type { ProbeFunction } from './parse.ts'
import { bindPattern, declareNames } from './patterns.ts'
import { unsupported } from './problems.ts'
import { lowerStatement } from './statements.ts'
import { ERROR } from './value.ts'

/** A problem and its place in the text of the function. */
export interface PlacedProblem {
  readonly problem: Problem
  readonly span: Span
}

/** What a probe function is lowered against. */
export interface LowerInput {
  readonly name: string
  readonly function: ProbeFunction
  readonly probe: ProbeTarget
  readonly resolve: (name: string) => Binding
  /** Takes up the texts of functions that the probe calls. */
  readonly texts: CalledTexts
}

/** Lowers a probe function. The IR is only good when there are no problems. */
export function lowerProbe(input: LowerInput): { readonly fn: IrFunction; readonly problems: readonly PlacedProblem[] } {
  const problems = new Map<string, PlacedProblem>()
  const builder = new FunctionBuilder(input.name)
  const cx: Lowering = {
    builder,
    probe: input.probe,
    resolve: cached(input.resolve),
    variables: new Map(),
    scopes: [new Map()],
    targets: [],
    call: undefined,
    chain: undefined,
    parse: (binding) => input.texts.parse(binding),
    statement: (node) => lowerStatement(cx, node),
    value: (node: Expression | SpreadElement | Super) =>
      node.type === 'SpreadElement' || node.type === 'Super'
        ? cx.report(node, unsupported(node.type, 'write it out'))
        : expressionValue(cx, node),
    branch: (node) => branchOn(cx, node),
    report: (node: Pick<Node, 'start' | 'end'>, problem: Problem) => {
      // An unrolled loop finds the same mistake in each round.
      problems.set(`${problem.code} ${node.start} ${node.end}`, { problem, span: { start: node.start, end: node.end } })
      return ERROR as typeof ERROR & { kind: 'error' }
    },
  }
  lowerBody(cx, input.function)
  return { fn: builder.function, problems: [...problems.values()].sort((a, b) => a.span.start - b.span.start) }
}

function lowerBody(cx: Lowering, { params, body }: ProbeFunction): void {
  emitFilters(cx)
  for (const parameter of params) {
    declareNames(cx, parameter, { mutable: true })
    bindPattern(cx, parameter, { kind: 'context' })
  }
  if (body.type === 'BlockStatement') lowerStatement(cx, body)
  else cx.value(body)
  if (cx.variables !== undefined) cx.builder.return(cx.builder.i64(0))
}

/** Hits that are none of the probe's business return at once. */
function emitFilters({ builder, probe }: Lowering): void {
  if (probe.target?.sites.some((site) => site.placement === 'stack-check-branch') === true) dropStackGrowth(builder)
  // The kernel itself filters the others by process.
  if (probe.pid !== undefined && (probe.kind === 'tracepoint' || probe.kind === 'rawTracepoint'))
    keepProcess(builder, probe.pid, probe.pidNamespace)
}

function cached(resolve: (name: string) => Binding): (name: string) => Binding {
  const known = new Map<string, Binding>()
  return (name) => {
    const found = known.get(name) ?? resolve(name)
    known.set(name, found)
    return found
  }
}
