/**
 * Every class of refusal, provoked on the running kernel, so that the patterns are known to match what it really writes.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { VerifierError } from '../../src/base/errors.ts'
import { sourceText } from '../../src/base/source-text.ts'
import { describeError } from '../../src/cli/report-error.ts'
import { slotsOf } from '../../src/format/asm/instruction.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { classifyRefusal, REFUSALS } from '../../src/kernel/programs/refusals/refusals.ts'
import { parseComplaint } from '../../src/kernel/programs/verifier-log.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { foreignLog } from '../support/load-foreign.ts'
import { needs } from '../support/needs.ts'
import { object, program } from '../support/programs.ts'
import { CALL_PROGRAMS } from '../support/refused-programs/calls.ts'
import { FOREIGN_PROGRAMS, UNPRIVILEGED_PROGRAMS } from '../support/refused-programs/foreign.ts'
import { FORM_PROGRAMS } from '../support/refused-programs/form.ts'
import { MEMORY_PROGRAMS } from '../support/refused-programs/memory.ts'
import { REFUSED_PROGRAM_MAPS, type RefusedProgram } from '../support/refused-programs/parts.ts'

const REFUSED_PROGRAMS = [...MEMORY_PROGRAMS, ...CALL_PROGRAMS, ...FORM_PROGRAMS]

watchFdLeaks()
beforeEach((context) => needs(context, 'root'))

/** Each instruction is a line of its own, whose number is its slot. */
function withLines(instructions: RefusedProgram['instructions']) {
  const lines: string[] = []
  let at = 0
  const spanned = instructions.map((instruction) => {
    const text = `slot ${lines.length};`
    const span = { start: at, end: at + text.length }
    lines.push(text, ...(slotsOf(instruction) === 2 ? [''] : []))
    at = lines.join('\n').length + 1
    return { ...instruction, span }
  })
  return { instructions: spanned, source: sourceText('lines.bt', lines.join('\n')) }
}

function refusalOf(
  { type = 'kprobe', instructions, functions, license = 'GPL' }: RefusedProgram,
  verifierLog: 'on-error' | 'always' = 'on-error',
): VerifierError {
  const spec = { ...program(type, instructions), ...withLines(instructions), ...(functions === undefined ? {} : { functions }) }
  try {
    createKernelExecutor()
      .load({ ...object(REFUSED_PROGRAM_MAPS, [spec]), license }, { constants: new Map(), verifierLog })
      .close()
  } catch (error) {
    if (error instanceof VerifierError) return error
    throw error
  }
  throw new Error('the program was loaded')
}

test.for(REFUSED_PROGRAMS)('$name: $code', (refused) => {
  const error = refusalOf(refused)
  expect({ reason: error.reason, slot: error.instruction }, error.log.slice(-2000)).toEqual({ reason: refused.code, slot: refused.slot })
  const line = refused.slot === undefined ? undefined : `\nslot ${refused.slot};\n~`
  expect(error.source ?? '').toContain(line ?? '')
  expect(error.complaint).not.toBe('no reason given')
  // Of a log of a million instructions the end is kept.
  expect(error.log.length).toBeLessThanOrEqual(32 * 1024 * 1024)
  expect(error.log).toMatch(/\nprocessed \d+ insns[^\n]*\n$/)
})

test('a log of everything, with states and statistics, is read as well', () => {
  const short = REFUSED_PROGRAMS.filter(({ code }) => code !== 'too-complex')
  for (const refused of short) {
    const error = refusalOf(refused, 'always')
    expect({ reason: error.reason, slot: error.instruction }, `${refused.name}\n${error.log}`).toEqual({
      reason: refused.code,
      slot: refused.slot,
    })
  }
})

test.for(FOREIGN_PROGRAMS)('$name: $code', (refused) => {
  const log = foreignLog(refused)
  expect(classifyRefusal(parseComplaint(log).said.join('; ')).code, log).toBe(refused.code)
})

test('what only the privileged may do', (context) => {
  needs(context, { command: 'setpriv' })
  const child = fileURLToPath(new URL('../support/load-foreign.ts', import.meta.url))
  const capabilities = ['--bounding-set=-all,+bpf', '--inh-caps=-all,+bpf', '--ambient-caps=-all,+bpf']
  const printed = execFileSync('setpriv', [...capabilities, process.execPath, '--import', 'tsx', child], { encoding: 'utf8' })
  const logs: string[] = JSON.parse(printed)
  const codes = logs.map((log) => classifyRefusal(parseComplaint(log).said.join('; ')).code)
  expect(Object.fromEntries(UNPRIVILEGED_PROGRAMS.map(({ name }, index) => [name, codes[index]]))).toEqual(
    Object.fromEntries(UNPRIVILEGED_PROGRAMS.map(({ name, code }) => [name, code])),
  )
})

/** A kernel whose verifier stumbles on purpose is not to be had. */
const NOT_PROVOKED = ['verifier-bug']

test('no class is left out', () => {
  const provoked = [...REFUSED_PROGRAMS, ...FOREIGN_PROGRAMS, ...UNPRIVILEGED_PROGRAMS].map(({ code }) => code)
  expect(new Set([...provoked, ...NOT_PROVOKED])).toEqual(new Set(REFUSALS.map(({ code }) => code)))
})

describe('what a user reads', () => {
  const unwritten = REFUSED_PROGRAMS.find(({ name }) => name === 'a register that was never written') as RefusedProgram

  test('place, line, caret, the class in words, the words of the verifier, why, what to do', () => {
    const text = describeError(refusalOf(unwritten), { verbose: false })
    expect(text).toBe(
      [
        'ERROR: the kernel\'s verifier refused program test: it reads a register that holds nothing ("R3 !read_ok" at instruction 0)',
        'lines.bt:1:1-8: ERROR: the program reads a register that holds nothing',
        'slot 0;',
        '~~~~~~~',
        'WHY: on one of the ways to this instruction nothing was written to the register, or a call has overwritten it',
        'HINT: give the variable a value on every way to where it is used; a program that borescope compiled and the kernel refused is a bug of borescope: please report it with the log (-v shows it)',
        '',
      ].join('\n'),
    )
  })

  test('the whole log with -v, which quotes the source too', () => {
    expect(describeError(refusalOf(unwritten), { verbose: true })).toMatch(
      /\nThe log of the verifier:\n[\s\S]*\n; slot 0;.*\n0: \(bf\) r0 = r3\nR3 !read_ok\nprocessed 1 insns/,
    )
  })
})
