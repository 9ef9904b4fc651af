/**
 * What a loop of many rounds changes from round to round, and the ranges that hold in every one of them: found by lowering the body on
 * trial, to nowhere, until they no longer grow.
 */
import type { Node } from 'acorn'
import { FunctionBuilder } from '../../compiler/ir/builder.ts'
import type { Operand } from '../../compiler/ir/ir.ts'
import { conditionOf } from '../../compiler/lowering/select.ts'
import type { CountedLoop } from './counted-loop.ts'
import { joinFlows } from './join.ts'
import { type Flow, type JumpTarget, type Lowering, leave, type Problem } from './lowering.ts'
import { fits64, type Range, union, within } from './range.ts'
import { FALSE, type IntValue, intValue, type Value } from './value.ts'
import type { Variable } from './variable.ts'

/** Trials before the ranges are given up. */
const MOST_TRIALS = 12

/** Places between the first range and the widest at which growth is looked at. */
const SAMPLES = 8n

/** A loop that counts, with what it does in a round. */
export interface RealLoop {
  readonly node: Node
  readonly labels: readonly string[]
  readonly counted: CountedLoop
  readonly body: () => void
}

/** Variables that change from round to round, and what they may be when a round begins. */
export type Carried = Map<Variable, Value>

/** By how much a variable may grow in a round, where it grows in each. */
interface Step {
  readonly up: bigint
  readonly down: bigint
}

/** One round, with what `break` and `continue` lead to. */
export function lowerRound(cx: Lowering, { labels, body }: RealLoop, close: () => void): JumpTarget {
  const target = { labels, breaks: [] as Flow[], continues: [] as Flow[], close }
  const outer = cx.targets
  cx.targets = [...outer, target]
  body()
  cx.targets = outer
  joinFlows(cx, [leave(cx), ...target.continues])
  return target
}

/** What the counter is within the loop. */
export function counterRange({ first, end, step, isInclusive }: CountedLoop): Range {
  const edge = isInclusive ? 0n : 1n
  return step > 0n
    ? { min: first.range.min, max: end.range.max - edge > first.range.min ? end.range.max - edge : first.range.min }
    : { min: end.range.min + edge < first.range.max ? end.range.min + edge : first.range.max, max: first.range.max }
}

/** The variables that change, with ranges that hold in every round; undefined when that was reported. */
export function findCarried(cx: Lowering, loop: RealLoop): Carried | undefined {
  const before = cx.variables ?? new Map<Variable, Value>()
  let carried: Carried = new Map()
  const steps = new Map<Variable, Step>()
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const { ends, breaks } = tryRound(cx, loop, carried)
    const next = new Map(carried)
    for (const variables of breaks)
      for (const [variable, value] of before) {
        const left = variables.get(variable)
        if (left === undefined || !variable.mutable || variable === loop.counted.variable) continue
        const known = next.get(variable)
        if (known === undefined ? isSame(left, value) : covers(known, left)) continue
        // No round begins with it, but the loop ends with it.
        const wider = together(known ?? value, left)
        if (wider === undefined) return reportChange(cx, loop, variable)
        next.set(variable, wider)
      }
    for (const [variable, value] of before) {
      const end = ends.get(variable)
      if (end === undefined || !variable.mutable || variable === loop.counted.variable) continue
      const known = next.get(variable)
      if (known === undefined ? !isSame(end, value) : !covers(known, end, steps.get(variable))) {
        const wider = widen(cx, loop, { variable, first: value, known, end, carried, steps })
        if (wider === undefined) return reportChange(cx, loop, variable)
        next.set(variable, wider)
      }
    }
    if (next.size === carried.size && [...next].every(([variable, value]) => carried.get(variable) === value)) return carried
    carried = next
  }
  const [variable] = carried.keys()
  return reportChange(cx, loop, variable)
}

function reportChange(cx: Lowering, { node, counted }: RealLoop, variable: Variable | undefined): undefined {
  cx.report(node, changesTooMuch(variable?.name ?? '', counted.most))
  return undefined
}

/** True when both are the same thing, whatever is known of it. */
function isSame(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a.kind === 'int' && b.kind === 'int')
    return isSameOperand(a.low, b.low) && (a.high === undefined || b.high === undefined || isSameOperand(a.high, b.high))
  if (a.kind === 'bool' && b.kind === 'bool') return isSameOperand(a.operand, b.operand)
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text
  if (
    (a.kind === 'string' && b.kind === 'string') ||
    (a.kind === 'struct' && b.kind === 'struct') ||
    (a.kind === 'array' && b.kind === 'array')
  )
    return a.pointer === b.pointer
  return a.kind === b.kind && (a.kind === 'undefined' || a.kind === 'context')
}

function isSameOperand(a: Operand, b: Operand): boolean {
  return a === b || (a.kind === 'constant' && b.kind === 'constant' && a.type === b.type && a.value === b.value)
}

/** True when a round makes of the variable what it may be before the next; the last round has no next. */
function covers(known: Value, end: Value, { up, down }: Step = { up: 0n, down: 0n }): boolean {
  if (known.kind === 'int' && end.kind === 'int')
    return known.numeric === end.numeric && within(end.range, { min: known.range.min - down, max: known.range.max + up })
  return known.kind === 'bool' && end.kind === 'bool'
}

interface Growth {
  readonly variable: Variable
  readonly first: Value
  readonly known: Value | undefined
  readonly end: Value
  readonly carried: Carried
  readonly steps: Map<Variable, Step>
}

/** A range for a variable that grew: what one more round makes of it if that settles, else as much in each round as in the first. */
function widen(cx: Lowering, loop: RealLoop, { variable, first, known, end, carried, steps }: Growth): Value | undefined {
  if (first.kind === 'bool' && end.kind === 'bool') return FALSE
  if (first.kind !== 'int' || end.kind !== 'int' || first.numeric !== end.numeric) return undefined
  const start = known?.kind === 'int' ? union(first.range, known.range) : first.range
  const grown = union(start, end.range)
  const rangeAfter = (range: Range): Range => {
    const after = tryRound(cx, loop, new Map(carried).set(variable, sample(first, range))).ends.get(variable)
    return after?.kind === 'int' ? after.range : range
  }
  if (within(rangeAfter(grown), grown)) return sample(first, grown)
  const up = grown.max - start.max
  const down = start.min - grown.min
  const most = loop.counted.most
  for (let part = 0n; part <= SAMPLES; part++) {
    const at = { min: start.min - (down * most * part) / SAMPLES, max: start.max + (up * most * part) / SAMPLES }
    const after = rangeAfter(at)
    if (after.max > at.max + up || after.min < at.min - down) return undefined
  }
  steps.set(variable, { up, down })
  return sample(first, { min: start.min - down * most, max: start.max + up * most })
}

/** A value of the type of `like` that may be anything in the range. */
function sample(like: IntValue, range: Range): Value {
  return { ...like, range, nonZero: false, high: fits64(range) ? undefined : like.low }
}

/** What may be either; undefined where that has no range. */
function together(a: Value, b: Value): Value | undefined {
  if (a.kind === 'int' && b.kind === 'int' && a.numeric === b.numeric) return sample(a, union(a.range, b.range))
  return a.kind === 'bool' && b.kind === 'bool' ? FALSE : undefined
}

interface Trial {
  /** The variables behind the round. */
  readonly ends: ReadonlyMap<Variable, Value>
  /** And where the loop is left from within it. */
  readonly breaks: readonly ReadonlyMap<Variable, Value>[]
}

/** Lowers the body to nowhere. Nothing is reported. */
function tryRound(cx: Lowering, loop: RealLoop, carried: Carried): Trial {
  const { builder, variables, targets, call, chain, scopes, report } = cx
  const { counted } = loop
  const trial = new FunctionBuilder('trial')
  const returns = call?.returns.length
  const silent = () => ({ kind: 'error' as const })
  const begin = new Map(variables)
  const unknown = trial.load('i64', trial.context)
  begin.set(counted.variable, intValue(counted.first.numeric, counterRange(counted), unknown))
  for (const [variable, value] of carried)
    begin.set(variable, value.kind === 'bool' ? { ...FALSE, operand: conditionOf(trial, unknown) } : value)
  Object.assign(cx, { builder: trial, variables: begin, report: silent, scopes: [...scopes] })
  const { breaks } = lowerRound(cx, loop, () => {})
  const ends = cx.variables ?? new Map<Variable, Value>()
  Object.assign(cx, { builder, variables, targets, call, chain, scopes, report })
  if (call !== undefined && returns !== undefined) call.returns.length = returns
  return { ends, breaks: breaks.map((flow) => flow.variables) }
}

const changesTooMuch = (name: string, rounds: bigint): Problem => ({
  code: 'loop-range',
  message: `${name === '' ? 'what this loop changes' : name} may become too large, or of another type, in ${rounds} rounds of this loop`,
  hint: 'cut it in each round, for example with BigInt.asUintN(64, ...) or & 0xffff; text and objects can only change in loops of up to 64 rounds',
})
