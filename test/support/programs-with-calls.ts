/**
 * Small programs of several functions, for the interpreter, the machine and the kernel.
 */
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { IrFunction, Parameter } from '../../src/compiler/ir/ir.ts'
import { emitNumberLoop } from '../../src/compiler/lowering/number-loop.ts'

/** `x => x * x`. */
export function square(): IrFunction {
  const builder = new FunctionBuilder('square', ['i64'])
  builder.return(builder.binary('mul', builder.parameter(0), builder.parameter(0)))
  return builder.function
}

/** The same, too large to be copied. */
export function largeSquare(): IrFunction {
  const builder = new FunctionBuilder('square', ['i64'])
  let value = builder.binary('mul', builder.parameter(0), builder.parameter(0))
  for (let i = 1; i < 20; i++) value = builder.binary(i % 2 === 0 ? 'sub' : 'add', value, builder.i64(i - (i % 2 === 0 ? 1 : 0)))
  builder.return(builder.binary('sub', value, builder.i64(19)))
  return builder.function
}

/** 5 * 5 + 7 * 7, by two calls of one function; the arguments come from memory that the passes cannot see through. */
export function twoCalls(): IrFunction {
  const builder = new FunctionBuilder('main')
  const callee = largeSquare()
  const first = builder.callFunction(callee, [builder.i64(5)])
  const second = builder.callFunction(callee, [builder.i64(7)])
  builder.return(builder.binary('add', second, first))
  return builder.function
}

/** 0 + 1 + ... + 99 by `bpf_loop`, whose callback adds to a stack slot of the main function. @kernel 5.17 */
export function loopSum(): IrFunction {
  const callback = new FunctionBuilder('round', ['i64', 'ptr.stack'])
  const [index, sum] = [callback.parameter(0), callback.parameter(1)]
  callback.store(sum, callback.binary('add', callback.load('i64', sum), index))
  callback.return(callback.i64(0))
  const builder = new FunctionBuilder('main')
  const total = builder.stackSlot('sum', 8)
  builder.store(total, builder.i64(0))
  builder.call('loop', [builder.i64(100), builder.functionReference(callback.function), total, builder.i64(0)])
  builder.return(builder.load('i64', total))
  return builder.function
}

/** The same by an iterator of the kernel. @kernel 6.4 */
export function iteratorSum(): IrFunction {
  const builder = new FunctionBuilder('main')
  const total = builder.stackSlot('sum', 8)
  builder.store(total, builder.i64(0))
  emitNumberLoop(builder, { from: builder.constant('i32', 0), to: builder.constant('i32', 100) }, ({ index }) => {
    builder.store(total, builder.binary('add', builder.load('i64', total), builder.convert(index, 'i64', { signed: true })))
  })
  builder.return(builder.load('i64', total))
  return builder.function
}

/** The sum of key * value over all entries of the hash `numbers`, whose callback reads both. @kernel 5.13 */
export function forEachSum(): IrFunction {
  const callback = new FunctionBuilder('entry', ['ptr.map', 'ptr.map_key', 'ptr.map_value', 'ptr.stack'])
  const [, key, value, sum] = callback.function.parameters as readonly [Parameter, Parameter, Parameter, Parameter]
  const product = callback.binary('mul', callback.load('i64', key), callback.load('i64', value))
  callback.store(sum, callback.binary('add', callback.load('i64', sum), product))
  callback.return(callback.i64(0))
  const builder = new FunctionBuilder('main')
  const total = builder.stackSlot('sum', 8)
  builder.store(total, builder.i64(0))
  builder.call('for_each_map_elem', [builder.map('numbers'), builder.functionReference(callback.function), total, builder.i64(0)])
  builder.return(builder.load('i64', total))
  return builder.function
}
