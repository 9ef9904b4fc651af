/**
 * Loading programs into the real kernel: what they return, and what a refusal says.
 */
import { describe, expect, test } from 'vitest'
import { InternalError, NotSupportedError, VerifierError } from '../../src/base/errors.ts'
import { sourceText } from '../../src/base/source-text.ts'
import { alu64, exit, immediate, jump, load, loadImmediate64, mov64, register } from '../../src/format/asm/construct.ts'
import type { Instruction } from '../../src/format/asm/instruction.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { enableRunTimeStats } from '../../src/kernel/programs/program-stats.ts'
import type { ProgramSpec } from '../../src/spec/program-spec.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { counterValue, withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { call, counterMap, countRuns, END, object, program, ringMap } from '../support/programs.ts'

watchFdLeaks()

/** Loads one program, which must be refused, and answers the error. */
function refusalOf(spec: ProgramSpec, verifierLogSize?: number): VerifierError {
  const size = verifierLogSize === undefined ? {} : { verifierLogSize }
  try {
    createKernelExecutor()
      .load(object([counterMap('count'), ringMap('events')], [spec]), { constants: new Map(), ...size })
      .close()
  } catch (error) {
    if (error instanceof VerifierError) return error
    throw error
  }
  throw new Error('the program was loaded')
}

test.for([0, 1, -1, 0x7fff_ffff])('run answers what the program returns: %i', async (value, context) => {
  needs(context, 'root', { feature: 'test_run' })
  const returns = program('raw_tracepoint', [mov64(0, immediate(value)), exit()])
  await withObject(object([], [returns]), (loaded) => expect(loaded.run('test')).toBe(value))
})

test('constants are put in by name', (context) => {
  needs(context, 'root', { feature: 'test_run' })
  const constant = loadImmediate64(0, { kind: 'constant', name: 'answer' })
  const spec = object([], [program('raw_tracepoint', [constant, alu64('rsh', 0, immediate(40)), exit()])])
  const loaded = createKernelExecutor().load(spec, { constants: new Map([['answer', 42n << 40n]]) })
  expect(loaded.run('test')).toBe(42)
  loaded.close()
  expect(() => createKernelExecutor().load(spec, { constants: new Map() })).toThrow(InternalError)
})

describe('a refusal by the verifier', () => {
  const text = 'begin {\n  @x = *(uint64 *)arg0;\n}\n'
  const place = text.indexOf('*(uint64')
  const span = { start: place, end: text.indexOf(';') }

  test('names the source line, and marks the expression', (context) => {
    needs(context, 'root')
    const instructions: Instruction[] = [loadImmediate64(2, 5n), { ...load(0, { base: 3, offset: 0, bytes: 8 }), span }, exit()]
    const error = refusalOf({ ...program('kprobe', instructions), source: sourceText('trace.bt', text) })
    expect(error.instruction).toBe(2)
    expect(error.source).toBe(
      ['trace.bt:2:8-23: ERROR: the program reads a register that holds nothing', '  @x = *(uint64 *)arg0;', '       ~~~~~~~~~~~~~~~'].join(
        '\n',
      ),
    )
    expect(error.complaint).toBe('R3 !read_ok')
    expect(error.log).toContain('2: (79) r0 = *(u64 *)(r3 +0)')
  })

  const leak = [
    loadImmediate64(1, { kind: 'map', map: 'events' }),
    mov64(2, immediate(8)),
    mov64(3, immediate(0)),
    call('ringbuf_reserve'),
    mov64(0, immediate(0)),
    exit(),
  ]

  test.for<[name: string, instructions: Instruction[], slot: number | undefined, summary: RegExp]>([
    ['an invalid access', [load(0, { base: 10, offset: 8, bytes: 8 }), exit()], 0, /invalid read from stack/],
    ['a jump out of the program', [jump('jeq', { dst: 1, source: immediate(0) }, 100), ...END], 0, /jump out of range from insn 0 to 101/],
    ['a helper that is not there', [{ ...mov64(0, immediate(0)), opcode: 0x85, imm: 9999n }, exit()], 0, /invalid func unknown#9999/],
    ['no result', [exit()], 0, /R0 !read_ok/],
    [
      'a loop without end',
      [mov64(0, immediate(0)), jump('jeq', { dst: 0, source: immediate(0) }, -1), exit()],
      1,
      /infinite loop detected at insn 1/,
    ],
    ['a record that is never submitted', leak, 6, /reference/],
    ['code that is never reached', [...END, ...END], 2, /unreachable insn 2/],
  ])('finds the instruction of %s', ([, instructions, slot, summary], context) => {
    needs(context, 'root')
    const error = refusalOf(program('kprobe', instructions))
    expect(error.message).toMatch(summary)
    expect(error.instruction).toBe(slot)
  })

  /** Each addition prints a line, and the last instruction is wrong: more than the first buffer holds. */
  const longWay = [mov64(0, register(1)), ...Array.from({ length: 3000 }, () => mov64(2, immediate(7)))]
  const wrong = [...longWay, load(0, { base: 3, offset: 0, bytes: 8 }), exit()]

  test('keeps the whole log, however long', (context) => {
    needs(context, 'root')
    const error = refusalOf(program('kprobe', wrong))
    expect(error.log.length).toBeGreaterThan(64 * 1024)
    expect(error.log).toMatch(/^0: /m)
    expect(error.message).toContain('R3 !read_ok')
    expect(error.instruction).toBe(3001)
  })

  test('keeps the end of the log when told how much', (context) => {
    needs(context, 'root')
    const error = refusalOf(program('kprobe', wrong), 300)
    expect(error.log).toHaveLength(300)
    expect(error.instruction).toBe(3001)
  })

  test('names the program among several, and leaves nothing open', (context) => {
    needs(context, 'root')
    const good = { ...program('kprobe', END), name: 'good' }
    const bad = { ...program('kprobe', [exit()]), name: 'uprobe:/bin/x:bad' }
    const load = () => createKernelExecutor().load(object([counterMap('count')], [good, bad]), { constants: new Map() })
    expect(load).toThrow(expect.objectContaining({ program: 'uprobe:/bin/x:bad' }))
  })
})

test('the log of a good program is kept when it is asked for', (context) => {
  needs(context, 'root')
  const spec = object([], [program('kprobe', END)])
  const quiet = createKernelExecutor().load(spec, { constants: new Map() })
  const verbose = createKernelExecutor().load(spec, { constants: new Map(), verifierLog: 'always' })
  expect(quiet.verifierLogs.size).toBe(0)
  expect(verbose.verifierLogs.get('test')).toMatch(/0: \(b7\) r0 = 0[\s\S]*processed 2 insns/)
  for (const loaded of [quiet, verbose]) loaded.close()
})

test('run time is counted while somebody asks for it', async (context) => {
  needs(context, 'root', { feature: 'test_run' }, { feature: 'run_time_stats' })
  await withObject(object([counterMap('count')], [program('raw_tracepoint', countRuns())]), (loaded) => {
    const stats = enableRunTimeStats()
    for (let i = 0; i < 100; i++) loaded.run('test')
    stats.close()
    const { runCount, runTimeNs } = loaded.programInfo('test')
    expect(runCount).toBe(100n)
    expect(runTimeNs).toBeGreaterThan(0n)
    expect(counterValue(loaded)).toBe(100n)
  })
})

test('a program that needs what the kernel lacks is told so before anything is created', (context) => {
  needs(context, 'root')
  const begin = program('raw_tracepoint', END, [{ kind: 'begin' }])
  const load = () => createKernelExecutor({ disabledFeatures: ['test_run'] }).load(object([], [begin]), { constants: new Map() })
  expect(load).toThrow(NotSupportedError)
  expect(load).toThrow('running raw tracepoint programs on request is not supported here: switched off by --no-feature test_run')
})
