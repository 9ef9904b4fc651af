/**
 * Versions of the instruction set on the kernel, which takes them all. Random programs of each version are in
 * `random-programs.test.ts`; that nothing above a version is used, in `src/compiler/codegen/ebpf/instruction-set.test.ts`.
 */
import { expect, test } from 'vitest'
import { NotSupportedError } from '../../src/base/errors.ts'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { type InstructionSet, instructionSet } from '../../src/spec/instruction-set.ts'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'
import { counterMap, END, increment, object, program } from '../support/programs.ts'
import { cell, FIRST, withCompiled, wordsOf } from '../support/run-compiled.ts'

test('a jump over more than 32767 instructions', (context) => {
  needs(context, 'root')
  const builder = new FunctionBuilder('far')
  const out = builder.mapValue('out')
  builder.when(builder.compare('eq', builder.load('i64', builder.mapValue('in')), builder.i64(0)), () => {
    for (let i = 0; i < 33_000; i++) builder.store(out, builder.i64(i))
  })
  builder.return(builder.i64(7))
  const options = { maps: [cell('in', 8), cell('out', 8)], instructionSet: instructionSet(4) }
  withCompiled(builder.function, options, (loaded, run) => {
    expect(run()).toBe(7)
    expect(wordsOf(loaded, 'out')).toEqual([32_999n])
    loaded.map('in').update(FIRST, [new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0])])
    loaded.map('out').update(FIRST, [new Uint8Array(8)])
    expect(run()).toBe(7)
    expect(wordsOf(loaded, 'out')).toEqual([0n])
  })
})

const versions = (set: InstructionSet) => ([1, 2, 3, 4] as const).filter((version) => set.has(version))

test('the instruction set of the kernel is what its features say', (context) => {
  needs(context, 'root', { feature: 'isa_v4' })
  expect(versions(createKernelExecutor().instructionSet)).toEqual([1, 2, 3, 4])
  expect(versions(createKernelExecutor({ disabledFeatures: ['isa_v4'] }).instructionSet)).toEqual([1, 2, 3])
  expect(versions(createKernelExecutor({ disabledFeatures: ['isa_v2'] }).instructionSet)).toEqual([1])
})

test('--no-feature isa_v4 compiles for v3', async (context) => {
  needs(context, 'root', { feature: 'isa_v4' })
  const program = 'BEGIN { $x = (int8)nsecs; @positive = $x > 3; exit(); }'
  const asm = async (...words: string[]) => (await runCli([...words, '-d', 'asm', '-e', program])).stdout
  expect(await asm()).toMatch(/ r\d = \(s8\)r\d/)
  expect(await asm('--no-feature', 'isa_v4')).toMatch(/ r\d s>>= 56/)
})

test('a program that needs what is missing is refused with a sentence', (context) => {
  needs(context, 'root')
  const spec = object([counterMap('count')], [program('raw_tracepoint', [...increment('count'), ...END])])
  const load = () => createKernelExecutor({ disabledFeatures: ['atomic_fetch'] }).load(spec, { constants: new Map() })
  expect(load).toThrow(NotSupportedError)
  expect(load).toThrow('BPF atomic operations that answer the old value is not supported here: switched off by --no-feature atomic_fetch')
})
