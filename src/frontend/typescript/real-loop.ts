/**
 * Loops of many rounds: written once, and run by an iterator of the kernel, whose body the verifier looks at once. What changes from
 * round to round lies on the stack; its ranges come from `loop-ranges.ts`. @kernel 6.4
 */
import type { Operand } from '../../compiler/ir/ir.ts'
import { emitNumberLoop } from '../../compiler/lowering/number-loop.ts'
import { conditionOf, select } from '../../compiler/lowering/select.ts'
import type { CountedLoop } from './counted-loop.ts'
import { wideOf } from './integers.ts'
import { type Carried, counterRange, findCarried, lowerRound, type RealLoop } from './loop-ranges.ts'
import { type Lowering, leave, type Problem } from './lowering.ts'
import { settleAll } from './optional.ts'
import { fits64, union } from './range.ts'
import { FALSE, intValue, type Value } from './value.ts'
import type { Variable } from './variable.ts'

/** BPF_MAX_LOOPS */
const MOST_ROUNDS = 8n << 20n

/** Lowers the loop, and goes on behind it. */
export function lowerRealLoop(cx: Lowering, loop: RealLoop): void {
  const { counted, node } = loop
  if (counted.most > MOST_ROUNDS) return void cx.report(node, tooLong(counted.most))
  settleAll(cx)
  const before = cx.variables ?? new Map<Variable, Value>()
  const carried = findCarried(cx, loop)
  if (carried === undefined) return
  const slots = new Map([...carried.keys()].map((variable) => [variable, cx.builder.stackSlot('carried', 16)] as const))
  const places = { slots, carried, zero: hiddenZero(cx) }
  storeAll(cx, places, before)
  const after = new Map(before)
  emitNumberLoop(cx.builder, { from: cx.builder.constant('i32', 0), to: roundsOf(cx, counted) }, ({ index, next, done, leave: close }) => {
    cx.variables = atBegin(cx, { counted, index, before, ...places })
    const target = lowerRound(cx, loop, close)
    for (const [flow, block] of [[leave(cx), next], ...target.breaks.map((flow) => [flow, done] as const)] as const) {
      if (flow === undefined) continue
      cx.builder.moveTo(flow.block)
      storeAll(cx, places, flow.variables)
      cx.builder.jump(block)
      for (const variable of carried.keys()) widenInto(after, variable, flow.variables.get(variable))
    }
  })
  for (const variable of carried.keys()) widenInto(after, variable, carried.get(variable))
  cx.variables = after
  for (const [variable, slot] of slots) after.set(variable, load(cx, { slot, like: after.get(variable), zero: places.zero }))
}

interface Begin {
  readonly counted: CountedLoop
  readonly index: Operand
  readonly before: ReadonlyMap<Variable, Value>
  readonly slots: ReadonlyMap<Variable, Operand>
  readonly carried: Carried
  readonly zero: Operand
}

function atBegin(cx: Lowering, { counted, index, before, slots, carried, zero }: Begin): Map<Variable, Value> {
  const variables = new Map(before)
  const number = cx.builder.convert(index, 'i64', { signed: false })
  const moved = cx.builder.binary('add', counted.first.low, cx.builder.binary('mul', number, cx.builder.i64(counted.step)))
  variables.set(counted.variable, intValue(counted.first.numeric, counterRange(counted), moved))
  for (const [variable, slot] of slots) variables.set(variable, load(cx, { slot, like: carried.get(variable), zero }))
  return variables
}

/** How many rounds, as an i32. */
function roundsOf({ builder }: Lowering, { first, end, step, isInclusive, most }: CountedLoop): Operand {
  const isKnown = first.range.min === first.range.max && end.range.min === end.range.max
  if (isKnown) return builder.constant('i32', most)
  const size = step > 0n ? step : -step
  const [from, to] = step > 0n ? [first, end] : [end, first]
  const distance = builder.binary('add', builder.binary('sub', to.low, from.low), builder.i64(isInclusive ? size : size - 1n))
  const rounds = size === 1n ? distance : builder.binary('udiv', distance, builder.i64(size))
  const signed = from.range.min < 0n || to.range.min < 0n
  const relation = `${signed ? 's' : 'u'}${isInclusive ? 'le' : 'lt'}` as 'sle' | 'slt' | 'ule' | 'ult'
  return builder.convert(select(builder, builder.compare(relation, from.low, to.low), [rounds, builder.i64(0)]), 'i32', { signed: false })
}

interface Places {
  readonly slots: ReadonlyMap<Variable, Operand>
  readonly carried: Carried
}

function storeAll(cx: Lowering, { slots, carried }: Places, variables: ReadonlyMap<Variable, Value>): void {
  const { builder } = cx
  for (const [variable, slot] of slots) {
    const value = variables.get(variable)
    if (value?.kind === 'bool') builder.store(slot, builder.convert(value.operand, 'i64', { signed: false }))
    if (value?.kind !== 'int') continue
    builder.store(slot, value.low)
    const known = carried.get(variable)
    if (known?.kind === 'int' && !fits64(known.range)) builder.store(slot, wideOf(builder, value).high, 8)
  }
}

/**
 * 0, which the verifier takes for any number. Added to what a round begins with, it keeps the verifier from walking the loop once for each
 * number that it could tell apart.
 */
function hiddenZero({ builder }: Lowering): Operand {
  const number = builder.call('ktime_get_ns', [])
  const thrice = builder.binary('mul', number, builder.i64(3))
  return builder.binary('sub', builder.binary('sub', thrice, builder.binary('shl', number, builder.i64(1))), number)
}

interface Loaded {
  readonly slot: Operand
  /** What the value is like. */
  readonly like: Value | undefined
  readonly zero: Operand
}

function load({ builder }: Lowering, { slot, like, zero }: Loaded): Value {
  const hidden = (offset: number) => builder.binary('add', builder.load('i64', slot, offset), zero)
  const low = hidden(0)
  if (like?.kind === 'bool') return { ...FALSE, operand: conditionOf(builder, low) }
  if (like?.kind !== 'int') return { kind: 'error' }
  return { ...intValue(like.numeric, like.range, low, fits64(like.range) ? undefined : hidden(8)), nonZero: false }
}

function widenInto(after: Map<Variable, Value>, variable: Variable, value: Value | undefined): void {
  const known = after.get(variable)
  if (known?.kind === 'int' && value?.kind === 'int')
    after.set(variable, { ...known, range: union(known.range, value.range), nonZero: false })
}

const tooLong = (rounds: bigint): Problem => ({
  code: 'unbounded-loop',
  message: `this loop may go round ${rounds} times, and the kernel allows ${MOST_ROUNDS}`,
  hint: 'give it a smaller end, or do the rest in user space',
})
