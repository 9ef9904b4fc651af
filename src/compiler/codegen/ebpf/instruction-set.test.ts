/**
 * The same functions for each version of the instruction set: nothing above the version is used, and what it has is.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { functionOf } from '../../../../test/support/ir-text.ts'
import { arbitrarySteps } from '../../../../test/support/random-ir/step.ts'
import { buildFunction } from '../../../../test/support/random-ir.ts'
import { formatInstruction } from '../../../format/asm/disassemble.ts'
import { type IsaVersion, isaVersionOf } from '../../../format/asm/isa-version.ts'
import { instructionSet } from '../../../spec/instruction-set.ts'
import { compileProgram } from '../../compile-program.ts'
import { FunctionBuilder } from '../../ir/builder.ts'
import type { IrFunction } from '../../ir/ir.ts'
import { TooLarge } from '../../too-large.ts'

const VERSIONS: readonly IsaVersion[] = [1, 2, 3, 4]

const compile = (fn: IrFunction, version: IsaVersion) =>
  compileProgram(fn, { lossMap: 'lost', instructionSet: instructionSet(version) }).instructions

describe('random functions', () => {
  it.each(VERSIONS)('use nothing above v%i', (version) => {
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const above = compile(buildFunction(steps), version).filter((instruction) => isaVersionOf(instruction) > version)
        expect(above.map(formatInstruction)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
})

/** The instructions behind the loads of two values, up to the end. */
function listing(body: string, version: IsaVersion): string[] {
  return compile(functionOf(`entry.1: \n ${body}`), version).map(formatInstruction)
}

const I32 = '%2: i32 = load [%0 + 0] \n %3: i32 = load [%0 + 8]'
const branch = (predicate: string, right: string) =>
  `${I32} \n %4: i1 = compare ${predicate} %2, ${right} \n branch %4, yes.5, no.6 \n yes.5: \n return i64 1 \n no.6: \n return i64 2`
const LOADS = ['r2 = *(u32 *)(r1 +0)', 'r1 = *(u32 *)(r1 +8)']

describe('what each version makes of', () => {
  const test = (body: string, version: IsaVersion) => listing(body, version).filter((line) => line.startsWith('if') || line.includes('<<'))
  it('unsigned comparisons', () => {
    expect(test(branch('ult', '%3'), 1)).toEqual(['if r2 >= r1 goto pc+2'])
    expect(test(branch('ult', '%3'), 2)).toEqual(['if r2 >= r1 goto pc+2'])
    expect(test(branch('ugt', '%3'), 1)).toEqual(['if r1 >= r2 goto pc+2'])
    expect(test(branch('ugt', '%3'), 2)).toEqual(['if r2 <= r1 goto pc+2'])
    expect(test(branch('ugt', 'i32 7'), 1)).toEqual(['if r1 > 7 goto pc+1'])
    expect(test(branch('ugt', 'i32 7'), 2)).toEqual(['if r1 <= 7 goto pc+2'])
  })
  it('equality with a constant that is no 32-bit immediate when it is widened', () => {
    expect(listing(branch('ne', 'i32 -1'), 2).slice(0, 3)).toEqual(['r2 = *(u32 *)(r1 +0)', 'w1 = -1', 'if r2 == r1 goto pc+2'])
    expect(listing(branch('ne', 'i32 -1'), 3).slice(0, 2)).toEqual(['r1 = *(u32 *)(r1 +0)', 'if w1 == -1 goto pc+2'])
  })
  it('signed comparisons of 32 bits', () => {
    expect(test(branch('sge', '%3'), 2)).toEqual(['r2 <<= 32', 'r1 <<= 32', 'if r2 s< r1 goto pc+2'])
    expect(test(branch('sge', '%3'), 3)).toEqual(['if w2 s< w1 goto pc+2'])
    expect(test(branch('sgt', 'i32 -1'), 2)).toEqual(['r1 <<= 32', 'if r1 s<= r2 goto pc+2'])
    expect(test(branch('sgt', 'i32 -1'), 3)).toEqual(['if w1 s<= -1 goto pc+2'])
  })
  it('signed division', () => {
    const body = `${I32} \n %4: i32 = sdiv %2, %3 \n %5: i64 = zext %4 \n return %5`
    expect(listing(body, 4)).toEqual(['r0 = *(u32 *)(r1 +0)', 'r1 = *(u32 *)(r1 +8)', 'w0 s/= w1', 'exit'])
    expect(listing(body, 3)).toHaveLength(15)
    expect(listing(body, 3).filter((line) => line.includes('/='))).toEqual([expect.stringMatching(/^w\d \/= w\d$/)])
  })
  it('the extension of a sign', () => {
    const body = `${I32} \n %4: i32 = add %2, %3 \n %5: i64 = sext %4 \n return %5`
    expect(listing(body, 3).slice(3)).toEqual(['r0 <<= 32', 'r0 s>>= 32', 'exit'])
    expect(listing(body, 4).slice(3)).toEqual(['r0 = (s32)r2', 'exit'])
    expect(listing(body, 4).slice(0, 2)).toEqual(LOADS)
  })
  it('the extension of a sign from a part: the rest is not cut off before', () => {
    const body = '%2: i64 = load [%0 + 0] \n %3: i8 = trunc %2 \n %4: i64 = sext %3 \n return %4'
    expect(listing(body, 3)).toEqual(['r0 = *(u64 *)(r1 +0)', 'r0 <<= 56', 'r0 s>>= 56', 'exit'])
    expect(listing(body, 4)).toEqual(['r1 = *(u64 *)(r1 +0)', 'r0 = (s8)r1', 'exit'])
  })
  it('loads whose sign is extended', () => {
    const body = '%2: ptr.map_value = map_value "m", 0 \n %3: i16 = load [%2 + 6] \n %4: i64 = sext %3 \n return %4'
    expect(listing(body, 3).slice(1)).toEqual(['r0 = *(u16 *)(r1 +6)', 'r0 <<= 48', 'r0 s>>= 48', 'exit'])
    expect(listing(body, 4).slice(1)).toEqual(['r0 = *(s16 *)(r1 +6)', 'exit'])
    const twice = body.replace('return %4', '%5: i64 = zext %3 \n %6: i64 = add %4, %5 \n return %6')
    expect(listing(twice, 4).slice(1)).toEqual(['r1 = *(u16 *)(r1 +6)', 'r0 = (s16)r1', 'r0 += r1', 'exit'])
  })
  it('the context, whose loads the kernel may rewrite', () => {
    const body = '%2: i32 = load [%0 + 0] \n %3: i64 = sext %2 \n return %3'
    expect(listing(body, 4)).toEqual(['r1 = *(u32 *)(r1 +0)', 'r0 = (s32)r1', 'exit'])
  })
})

describe('long jumps', () => {
  /** A branch over so many stores. */
  function over(stores: number): IrFunction {
    const builder = new FunctionBuilder('far')
    builder.when(builder.compare('eq', builder.load('i64', builder.context), builder.i64(0)), () => {
      const out = builder.mapValue('out')
      for (let i = 0; i < stores; i++) builder.store(out, builder.i64(i))
    })
    builder.return(builder.i64(0))
    return builder.function
  }
  const jumps = (fn: IrFunction, version: IsaVersion) =>
    compile(fn, version)
      .map(formatInstruction)
      .filter((line) => line.includes('goto'))

  it('are used where others do not reach, and only there', () => {
    expect(jumps(over(32_765), 4)).toEqual(['if r1 != 0 goto pc+32767'])
    expect(jumps(over(32_766), 4)).toEqual(['if r1 == 0 goto pc+1', 'gotol pc+32768'])
  })
  it('are not there before v4', () => {
    expect(() => jumps(over(32_766), 3)).toThrow(TooLarge)
    expect(() => jumps(over(32_766), 3)).toThrow('it takes a jump over more than 32767 instructions')
  })
})
