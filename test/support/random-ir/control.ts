/**
 * Actions that branch, go round, and call other functions.
 */
import { FunctionBuilder } from '../../../src/compiler/ir/builder.ts'
import type { IrFunction, Operand, Phi } from '../../../src/compiler/ir/ir.ts'
import { emitNumberLoop } from '../../../src/compiler/lowering/number-loop.ts'
import { conditionOf } from './arithmetic.ts'
import type { Maker } from './maker.ts'
import type { Step } from './step.ts'

const MOST_NESTED = 2

/** One way or another. */
export function when(maker: Maker, step: Step): void {
  const otherwise = step.otherwise.length === 0 ? undefined : () => maker.within(step.otherwise)
  maker.builder.when(conditionOf(maker, step), () => maker.within(step.body), otherwise)
}

/** A loop of a few rounds, counted in a register. */
export function loop(maker: Maker, step: Step): void {
  const { builder } = maker
  if (maker.loops === MOST_NESTED) return
  const [head, body, done] = [builder.block('head'), builder.block('body'), builder.block('done')]
  const before = builder.current
  builder.jump(head)
  builder.moveTo(head)
  const count = builder.phi('i64', [{ block: before, value: builder.i64(0) }]) as Phi
  builder.branch(builder.compare('ult', count, builder.i64((step.choice % 3) + 1)), body, done)
  builder.moveTo(body)
  maker.inLoop(() => maker.within(step.body))
  count.incoming.push({ block: builder.current, value: builder.binary('add', count, builder.i64(1)) })
  builder.jump(head)
  builder.moveTo(done)
}

/** A loop that goes round an iterator of the kernel. */
export function iterate(maker: Maker, step: Step): void {
  const { builder } = maker
  if (maker.loops === MOST_NESTED || !maker.isMain) return
  const range = { from: builder.constant('i32', step.a % 3), to: builder.constant('i32', step.b % 5) }
  emitNumberLoop(builder, range, ({ index }) => {
    builder.store(maker.variables[1] as Operand, builder.convert(index, 'i64', { signed: true }))
    maker.inLoop(() => maker.within(step.body))
  })
}

/** A function of two numbers, called twice. */
export function callFunction(maker: Maker, step: Step): void {
  const { builder } = maker
  if (!maker.isMain) return
  const other = new FunctionBuilder(`function${builder.function.nextId}`, ['i64', 'i64'])
  const inner = maker.buildOther(other, [other.parameter(0), other.parameter(1)], step.body)
  other.return(mixed(inner))
  const [first, second] = [maker.as(maker.pick(step.a), 'i64'), maker.as(maker.pick(step.b), 'i64')]
  const result = builder.callFunction(other.function, [first, second])
  maker.keep(result)
  if (step.wide) maker.keep(builder.callFunction(other.function, [result, first]))
}

/** `bpf_loop`, whose callback changes a variable of this function, and may end it early. */
export function callBack(maker: Maker, step: Step): void {
  const { builder } = maker
  if (!maker.isMain || maker.loops > 0) return
  const state = builder.stackSlot('state', 8)
  builder.store(state, maker.as(maker.pick(step.a), 'i64'))
  const rounds = builder.call('loop', [
    builder.i64((step.b % 4) + 1),
    builder.functionReference(callbackOf(maker, step)),
    state,
    builder.i64(0),
  ])
  maker.keep(builder.load('i64', state))
  maker.keep(rounds)
}

function callbackOf(maker: Maker, step: Step): IrFunction {
  const callback = new FunctionBuilder(`callback${maker.builder.function.nextId}`, ['i64', 'ptr.stack'])
  const [index, state] = [callback.parameter(0), callback.parameter(1)]
  const inner = maker.buildOther(callback, [index, callback.load('i64', state)], step.body)
  const result = mixed(inner)
  callback.store(state, result)
  callback.return(step.wide ? callback.binary('and', result, callback.i64(1)) : callback.i64(0))
  return callback.function
}

/** One number of all that a function has made. */
function mixed(maker: Maker): Operand {
  const { builder } = maker
  const parts = [...maker.newest(8).map((value) => maker.as(value, 'i64')), ...maker.variables.map((slot) => builder.load('i64', slot))]
  return parts.reduce((sum, part, i) => builder.binary(i % 2 === 0 ? 'xor' : 'add', sum, part))
}
