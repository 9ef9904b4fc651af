/**
 * A random function in the making: the builder, the values that can be chosen from, and memory to work on.
 */
import type { FunctionBuilder } from '../../../src/compiler/ir/builder.ts'
import type { IntegerType, Operand, StackSlot } from '../../../src/compiler/ir/ir.ts'
import { INPUTS, type Step } from './step.ts'

/** Variables of 8 bytes. */
export const VARIABLES = 4
/** Bytes that are worked on through all kinds of accesses. */
export const MEMORY_SIZE = 64

/** What actions work on. */
export interface Maker {
  readonly builder: FunctionBuilder
  readonly variables: readonly StackSlot[]
  readonly memory: StackSlot
  /** Makes a value one to choose from. */
  keep(value: Operand): void
  /** One of the values; small numbers mean the newest. */
  pick(number: number): Operand
  as(value: Operand, type: IntegerType, signed?: boolean): Operand
  /** Does `steps`, whose values do not outlive them. */
  within(steps: readonly Step[]): void
  /** How many loops stand around. */
  readonly loops: number
  /** Does `body` within one more loop. */
  inLoop(body: () => void): void
  /** Starts another function; false in a function that is none of the main one's. */
  readonly isMain: boolean
  /** Values that were made last, at most so many. */
  newest(count: number): readonly Operand[]
  /** Runs steps on a function of its own: `begin` hands it its first values. */
  buildOther(builder: FunctionBuilder, first: readonly Operand[], steps: readonly Step[]): Maker
}

type DoStep = (maker: Maker, step: Step) => void

/** Starts a function: its variables and memory are set, and its inputs loaded. */
export function startMaker(
  builder: FunctionBuilder,
  doStep: DoStep,
  place: { readonly isMain: boolean; readonly first: readonly Operand[] },
): Maker {
  const input = builder.mapValue('in')
  let values: Operand[] = [
    ...place.first,
    ...Array.from({ length: place.isMain ? INPUTS : 2 }, (_, i) => builder.load('i64', input, i * 8)),
  ]
  const variables = Array.from({ length: VARIABLES }, (_, i) => builder.stackSlot(`variable${i}`, 8))
  for (const [i, variable] of variables.entries()) builder.store(variable, builder.i64(i))
  const memory = builder.stackSlot('memory', MEMORY_SIZE)
  builder.zero(memory, MEMORY_SIZE)
  let loops = 0
  const maker: Maker = {
    builder,
    variables,
    memory,
    isMain: place.isMain,
    get loops() {
      return loops
    },
    keep: (value) => void values.push(value),
    pick: (number) => values[values.length - 1 - (number % values.length)] as Operand,
    as: (value, type, signed = false) => builder.convert(value, type, { signed }),
    newest: (count) => values.slice(-count),
    within(steps) {
      const before = [...values]
      for (const step of steps) doStep(maker, step)
      values = before
    },
    inLoop(body) {
      loops++
      body()
      loops--
    },
    buildOther(other, first, steps) {
      const inner = startMaker(other, doStep, { isMain: false, first })
      for (const step of steps) doStep(inner, step)
      return inner
    },
  }
  return maker
}
