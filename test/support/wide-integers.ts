/**
 * Running arithmetic in two registers: numbers in, what the interpreter makes of the lowered function out.
 */
import fc from 'fast-check'
import { compileProgram } from '../../src/compiler/compile-program.ts'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { validateFunction } from '../../src/compiler/ir/validate.ts'
import type { WideInteger } from '../../src/compiler/lowering/wide-integers.ts'
import { interpret } from './ir-interpreter.ts'

/** The two's complement bits. */
export const unsigned128 = (value: bigint): bigint => BigInt.asUintN(128, value)
/** The number that two's complement bits stand for. */
export const signed128 = (value: bigint): bigint => BigInt.asIntN(128, value)

/** Unsigned integers of up to 128 bits: of any length, and around powers of two. */
export const arbitraryWide: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  fc.tuple(fc.nat(127), fc.integer({ min: -2, max: 2 })).map(([bit, by]) => unsigned128((1n << BigInt(bit)) + BigInt(by))),
  fc.tuple(fc.nat(128), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })).map(([length, value]) => value >> BigInt(length)),
)

/** The function of two wide integers in the map `in`, whose result goes to the map `out`. */
export function wideFunction(body: (builder: FunctionBuilder, a: WideInteger, b: WideInteger) => WideInteger): IrFunction {
  const builder = new FunctionBuilder('wide')
  const word = (index: number) => builder.load('i64', builder.mapValue('in'), index * 8)
  const result = body(builder, { low: word(0), high: word(1) }, { low: word(2), high: word(3) })
  builder.store(builder.mapValue('out'), result.low)
  builder.store(builder.mapValue('out'), result.high, 8)
  builder.return(builder.i64(0))
  return builder.function
}

/** Two integers as the map `in` holds them. */
export const wideInputs = (inputs: readonly [bigint, bigint]): Uint8Array =>
  new Uint8Array(BigUint64Array.from(inputs.flatMap((value) => [value, value >> 64n].map((half) => BigInt.asUintN(64, half)))).buffer)

/** What `body` makes of two integers, as unsigned bits. Fails when the passes change the answer. */
export function computeWide(
  inputs: readonly [bigint, bigint],
  body: (builder: FunctionBuilder, a: WideInteger, b: WideInteger) => WideInteger,
): bigint {
  const fn = wideFunction(body)
  validateFunction(fn)
  const lowered = run(fn, inputs)
  compileProgram(fn, { lossMap: 'lost', onPass: (_name, changed) => validateFunction(changed) })
  const optimised = run(fn, inputs)
  if (optimised !== lowered) throw new Error(`the passes make ${optimised} of ${lowered}`)
  return lowered
}

function run(fn: IrFunction, inputs: readonly [bigint, bigint]): bigint {
  const out = new Uint8Array(16)
  const maps = new Map([
    ['in', wideInputs(inputs)],
    ['out', out],
  ])
  interpret(fn, { context: new Uint8Array(0), maps })
  const [low = 0n, high = 0n] = new BigUint64Array(out.buffer)
  return low | (high << 64n)
}
