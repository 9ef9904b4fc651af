/**
 * Unwinding rules against what readelf makes of the same call frame information, row by row; and against bytes that are damaged.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { FormatError } from '../../src/base/errors.ts'
import { parseUnwindRows, readUnwindRows, type UnwindRows } from '../../src/format/eh-frame/unwind-rows.ts'
import { FRAME_REGISTER, RULE_FORM, SPECIAL_RULE, unpackRule } from '../../src/format/eh-frame/unwind-rule.ts'
import { memorySource } from '../../src/format/elf/byte-source.ts'
import { findSection, readElf, readSection } from '../../src/format/elf/elf-file.ts'
import { buildProgram } from '../support/c-program.ts'
import { needs } from '../support/needs.ts'
import { numberOfRuns } from '../support/runs.ts'

const LIBC = '/lib/x86_64-linux-gnu/libc.so.6'

interface DumpedRow {
  readonly address: number
  readonly cfa: string
  readonly bp: string
  readonly ra: string
}

/** The rows of functions that have more than one; readelf prints no others. */
function dumpRows(path: string): DumpedRow[] {
  // It complains when separate debug information is not there.
  const { stdout: text } = spawnSync('readelf', ['--debug-dump=frames-interp', path], { encoding: 'latin1', maxBuffer: 1 << 30 })
  const rows: DumpedRow[] = []
  let columns: readonly string[] = []
  let inFunction = false
  for (const line of text.split('\n')) {
    if (/^[0-9a-f]{8,} /.test(line) && / (CIE|FDE) /.test(line)) inFunction = line.includes(' FDE ')
    else if (line.startsWith('   LOC')) columns = line.trim().split(/\s+/)
    else if (inFunction && /^[0-9a-f]{16} /.test(line)) {
      const words = line
        .trim()
        .replace(/ \(\w+\)/g, '')
        .split(/\s+/)
      const cell = (name: string) => words[columns.indexOf(name)] ?? 'u'
      rows.push({ address: Number.parseInt(words[0] as string, 16), cfa: cell('CFA'), bp: cell('rbp'), ra: cell('ra') })
    }
  }
  return rows
}

const NAMES: Readonly<Record<string, number>> = {
  rsp: FRAME_REGISTER.sp,
  rbp: FRAME_REGISTER.bp,
  rax: 0,
  rdx: 1,
  rcx: 2,
  rbx: 3,
  rsi: 4,
  rdi: 5,
}

/** What a row of readelf says, as a rule; undefined where it only says that there is an expression, or a register elsewhere. */
function expectedRule({ cfa, bp, ra }: DumpedRow): string | undefined {
  if (ra === 'u') return 'end'
  const [, register = '', offset = ''] = /^(r[a-z0-9]+)([+-]\d+)$/.exec(cfa) ?? []
  const number = NAMES[register] ?? Number(register.slice(1))
  if (ra !== 'c-8' || register === '' || bp === 'exp' || bp.startsWith('r')) return undefined
  return `${number} ${Number(offset)} ${bp.startsWith('c') ? -Number(bp.slice(1)) : 0}`
}

function ruleAt(rows: UnwindRows, address: number): string {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows.addresses[middle]! <= address) low = middle + 1
    else high = middle
  }
  const rule = rows.rules[low - 1]!
  if (rule === SPECIAL_RULE.end) return 'end'
  const { form, offset, savedBp } = unpackRule(rule)
  return `${form} ${offset} ${savedBp}`
}

beforeEach((context) => needs(context, { command: 'readelf' }))

describe('rules agree with readelf', () => {
  test.for([
    ['the C library', LIBC],
    ['this Node', process.execPath],
    ['the shell', '/bin/sh'],
  ] as const)('of %s', { timeout: 60_000 }, ([, path]) => {
    const rows = readUnwindRows(readElf(memorySource(path, readFileSync(path))))!
    let compared = 0
    const different: string[] = []
    for (const row of dumpRows(path)) {
      const expected = expectedRule(row)
      if (expected === undefined) continue
      compared++
      const found = ruleAt(rows, row.address)
      if (found !== expected) different.push(`${row.address.toString(16)}: ${found}, readelf says ${expected}`)
    }
    expect(different).toEqual([])
    expect(compared).toBeGreaterThan(1000)
  })
})

describe('what compilers write with expressions', () => {
  test('an aligned frame is counted from what lies below RBP, the linkage table by where in an entry it is', (context) => {
    needs(context, { command: 'gcc' })
    const source = `#include <string.h>
      extern void *hide(void *); void *(*volatile call)(void *, int, size_t) = memset;
      int main(int n, char **v) { _Alignas(64) char b[n > 0 ? 128 : 64]; _Alignas(64) char c[256]; call(c, n, 256); call(b, n, 64); return c[n] + b[0] + strlen(v[0]); }`
    const program = buildProgram(source, ['-O2', '-Wl,-z,lazy', '-fno-builtin'])
    try {
      const bytes = readFileSync(program.path)
      const elf = readElf(memorySource(program.path, bytes))
      const rows = readUnwindRows(elf)!
      const plt = Number(findSection(elf, '.plt')!.address)
      const entry = plt + 16
      expect([entry, entry + 10, entry + 11, entry + 15].map((at) => ruleAt(rows, at))).toEqual(['7 8 0', '7 8 0', '7 16 0', '7 16 0'])
      const forms = [...rows.rules].map((rule) => unpackRule(rule).form)
      expect(forms).toContain(FRAME_REGISTER.bp | RULE_FORM.dereference | RULE_FORM.bpAtBp)
    } finally {
      program.remove()
    }
  })

  test("the C library's return from a signal handler is known for what it is", () => {
    const rows = readUnwindRows(readElf(memorySource(LIBC, readFileSync(LIBC))))!
    expect([...rows.rules].filter((rule) => rule === SPECIAL_RULE.signal)).toHaveLength(1)
  })
})

describe('damaged call frame information', () => {
  const elf = readElf(memorySource('sh', readFileSync('/bin/sh')))
  const section = findSection(elf, '.eh_frame')!
  const bytes = readSection(elf, section)
  const parse = (damaged: Uint8Array) => {
    try {
      const { length, addresses } = parseUnwindRows(damaged, 'eh_frame', { address: Number(section.address), subject: 'sh' })
      return Array.from({ length: Math.max(0, length - 1) }, (_, i) => addresses[i]! < addresses[i + 1]!).every(Boolean)
    } catch (error) {
      if (error instanceof FormatError) return true
      throw error
    }
  }

  test('is refused or gives rows in order, whatever byte is wrong', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = bytes.slice()
        for (const [at, byte] of changes) damaged[at] = byte
        return parse(damaged)
      }),
      { numRuns: numberOfRuns({ short: 150, long: 5000 }) },
    )
  })
  test('is refused or gives rows in order, wherever it ends', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length), (length) => parse(bytes.subarray(0, length))),
      { numRuns: numberOfRuns({ short: 100, long: 2000 }) },
    )
  })
})
