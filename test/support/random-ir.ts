/**
 * Random functions of the IR for property tests. They read `INPUTS` values from the map `in`, compute, and write everything that is
 * still around to the map `out`; on the way they change the map `table` and send records to `ring`. An action is a row of `ACTIONS`.
 */
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { binary, compare, constant, convert, pressure } from './random-ir/arithmetic.ts'
import { callBack, callFunction, iterate, loop, when } from './random-ir/control.ts'
import { type Maker, MEMORY_SIZE, startMaker } from './random-ir/maker.ts'
import { atomic, block, dynamic, get, lookup, narrow, record, set } from './random-ir/memory.ts'
import type { Action, Step } from './random-ir/step.ts'

const ACTIONS: Readonly<Record<Action, (maker: Maker, step: Step) => void>> = {
  ...{ binary, constant, compare, convert, pressure },
  ...{ set, get, block, narrow, dynamic, atomic, lookup, record },
  ...{ when, loop, iterate, function: callFunction, callback: callBack },
}

/** Values of 8 bytes in the map `out`. */
export const OUTPUTS = 24

/** Builds the function that a list of steps describes. The same list builds the same function. */
export function buildFunction(steps: readonly Step[]): IrFunction {
  const builder = new FunctionBuilder('random')
  const maker = startMaker(builder, (inner, step) => ACTIONS[step.action](inner, step), { isMain: true, first: [] })
  for (const step of steps) ACTIONS[step.action](maker, step)
  finish(maker)
  return builder.function
}

/** Writes the newest values, the variables and the memory out. */
function finish({ builder, variables, newest, as, memory }: Maker): void {
  const out = builder.mapValue('out')
  const words = MEMORY_SIZE / 8
  const values = [...newest(OUTPUTS - words - variables.length), ...variables.map((slot) => builder.load('i64', slot))]
  for (const [i, value] of values.entries()) builder.store(out, as(value, 'i64'), i * 8)
  for (let i = 0; i < words; i++) builder.store(out, builder.load('i64', memory, i * 8), (OUTPUTS - words + i) * 8)
  builder.return(builder.i64(0))
}
