import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { buildElf, type ImagePart, symbolParts } from '../../test/support/elf-image.ts'
import { buildPclntab } from '../../test/support/pclntab-image.ts'
import type { Miss, UprobeTarget } from '../spec/type-source.ts'
import { listProbes, parseListPattern } from './list-probes.ts'
import { createTypeSource, type OpenTypeSource } from './type-source.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-symbolize-'))
afterAll(() => rmSync(directory, { recursive: true }))

const file = (name: string, bytes: Uint8Array | string, mode = 0o755) => {
  const path = join(directory, name)
  writeFileSync(path, bytes)
  chmodSync(path, mode)
  return path
}
const hex = (text: string) => Uint8Array.from(text.split(' ').map((byte) => Number.parseInt(byte, 16)))
const TEXT = 0x401000n

// push; ret | lock nop | nop, nop5, ret | nop5 ret
const CODE = hex('55 c3 f0 90 90 0f 1f 44 00 00 c3 0f 1f 44 00 00 c3')
const C_PARTS: ImagePart[] = [
  { name: '.text', bytes: CODE, address: TEXT, load: 'rx' },
  { name: '.data', bytes: new Uint8Array(8), address: 0x402000n, load: 'rw', memorySize: 64 },
]
const SYMBOLS = [
  { name: 'work', type: 2, address: TEXT, size: 2 },
  { name: 'alias', type: 2, address: TEXT, size: 2 },
  { name: 'locked', type: 2, address: TEXT + 2n, size: 2 },
  { name: 'padded', type: 2, address: TEXT + 4n, size: 7 },
  { name: 'fentry', type: 2, address: TEXT + 11n, size: 6 },
  { name: 'nowhere', type: 2, address: 0x900000n, size: 4 },
  { name: 'in_data', type: 2, address: 0x402000n, size: 4 },
  { name: 'counter', type: 1, address: 0x402000n, size: 8 },
  { name: 'zeroed', type: 1, address: 0x402020n, size: 8 },
  { name: 'each_thread', type: 6, address: 0x10n, size: 4 },
]
const program = file(
  'program',
  buildElf({ type: 2, parts: [...C_PARTS, ...symbolParts(SYMBOLS), ...symbolParts([{ name: 'puts', type: 2, section: 0 }], 'dynsym')] }),
)

const GO_CODE = hex('49 3b 66 10 76 03 55 90 c3 cc cc cc cc cc cc cc 48 ff 05 00 00 00 00 c3 0f 1f 44 00 00 c3')
const GO_TABLE = buildPclntab({
  version: '1.20',
  functions: [
    { name: 'main.main', entry: TEXT },
    { name: 'main.leaf', entry: TEXT + 16n },
    { name: 'main.padded', entry: TEXT + 24n },
  ],
  end: TEXT + 30n,
  text: TEXT,
})
const GO_PARTS: ImagePart[] = [
  { name: '.text', bytes: GO_CODE, address: TEXT, load: 'rx' },
  { name: '.gopclntab', bytes: GO_TABLE, address: 0x500000n, load: 'r' },
]
const goProgram = file('gopher', buildElf({ type: 3, parts: GO_PARTS }))

const opened: OpenTypeSource[] = []
afterEach(() => {
  for (const source of opened.splice(0)) source.close()
})
function source(options: Parameters<typeof createTypeSource>[0] = {}): OpenTypeSource {
  const created = createTypeSource({
    places: { path: directory, libraryCache: join(directory, 'none') },
    kernel: { rewritesNop5: true, emulatesNops: true },
    ...options,
  })
  opened.push(created)
  return created
}

const find = (target: string, name: string, more: { offset?: bigint; return?: boolean } = {}, from = source()) =>
  from.findUprobeTarget({ target, function: name, return: false, ...more })
function found(target: string, name: string, more: { offset?: bigint; return?: boolean } = {}): UprobeTarget {
  const answer = find(target, name, more)
  if ('kind' in answer) throw new Error(answer.reason)
  return answer
}

describe('sites', () => {
  test('a function of a C program is probed at its entry', () => {
    const target = found(program, 'work')
    expect(target).toMatchObject({ path: program, isGo: false, positionIndependent: false, refused: [] })
    expect(target.sites).toEqual([
      { symbol: 'work', offset: target.sites[0]?.offset, address: TEXT, placement: 'entry', execution: 'emulated', cookie: TEXT },
    ])
  })
  test('an instruction that several names stand for is probed once', () => {
    expect(found(program, '*').sites.map(({ symbol }) => symbol)).toEqual(['work', 'padded', 'fentry'])
  })
  test('a return probe stands at the entry', () => {
    expect(found(program, 'work', { return: true }).sites[0]).toMatchObject({ address: TEXT, placement: 'return' })
  })
  test('an offset is probed exactly there', () => {
    expect(found(program, 'work', { offset: 1n }).sites[0]).toMatchObject({ symbol: 'work', address: TEXT + 1n, placement: 'offset' })
  })
  test('an address is probed exactly there, and named after the function around it', () => {
    const answer = source().findUprobeTarget({ target: program, address: TEXT + 1n, return: false })
    expect((answer as UprobeTarget).sites[0]).toMatchObject({ symbol: 'work', address: TEXT + 1n, placement: 'offset' })
  })
  test('every target has its own index in the cookies, the same each time', () => {
    const one = source()
    const cookies = [program, goProgram, program].map((path) => (find(path, '*', {}, one) as UprobeTarget).sites[0]?.cookie)
    expect(cookies).toEqual([TEXT, (1n << 48n) | TEXT, TEXT])
  })
  test('Go functions are probed behind their stack check where they have one', () => {
    const target = found(goProgram, '*')
    expect(target).toMatchObject({ isGo: true, positionIndependent: true })
    expect(target.sites.map(({ symbol, address, placement }) => [symbol, address, placement])).toEqual([
      ['main.main', TEXT + 6n, 'after-stack-check'],
      ['main.leaf', TEXT + 16n, 'entry'],
      ['main.padded', TEXT + 24n, 'entry'],
    ])
  })
  test('a Go function is left at its ret, or at the nop before it; all of its sites have its cookie', () => {
    const { sites, refused } = found(goProgram, '*', { return: true })
    expect(sites.map(({ symbol, address, placement, execution }) => [symbol, address - TEXT, placement, execution])).toEqual([
      ['main.main', 7n, 'return-instruction', 'emulated'],
      ['main.leaf', 23n, 'return-instruction', 'single-stepped'],
      ['main.padded', 29n, 'return-instruction', 'single-stepped'],
    ])
    expect(sites.map(({ cookie }) => cookie)).toEqual(found(goProgram, '*').sites.map(({ cookie }) => cookie))
    expect(refused).toEqual([])
  })
  test('an offset in a Go function counts from its entry, whatever stands there', () => {
    expect(found(goProgram, 'main.main', { offset: 7n }).sites[0]).toMatchObject({ address: TEXT + 7n, placement: 'offset' })
  })
})

describe('refused sites', () => {
  test.each([
    ['a LOCK prefix', program, 'locked', {}, 'LOCK'],
    ['no bytes in the file', program, 'nowhere', {}, 'in no executable segment'],
    ['data', program, 'in_data', {}, 'in no executable segment'],
    ['an offset outside of the function', program, 'work', { offset: 2n }, 'outside of the function, which has 2 bytes'],
    ['a nop5 in the middle of a C function', program, 'padded', { offset: 1n }, 'overwrites variables of leaf functions'],
    ['padding between Go functions', goProgram, 'main.main', { offset: 9n }, 'int3'],
    [
      'the middle of an instruction',
      goProgram,
      'main.main',
      { offset: 5n },
      'offset 5 is in the middle of an instruction: the one at offset 4 has 2 bytes',
    ],
  ])('%s', (_name, target, name, more, reason) => {
    const { sites, refused } = found(target, name, more)
    expect(sites).toEqual([])
    expect(refused).toEqual([{ symbol: name, reason: expect.stringContaining(reason) }])
  })

  test('a nop5 is probed at the entry of a C function, where no red zone is live yet', () => {
    expect(found(program, 'fentry').sites[0]?.address).toBe(TEXT + 11n)
  })
  test('a nop5 in a Go program too, since it may be in C code that was linked in', () => {
    expect(found(goProgram, 'main.padded', { offset: 0n }).sites).toEqual([])
    expect(found(goProgram, 'main.padded').sites).toHaveLength(1)
  })
  test('a nop5 is probed anywhere on a kernel that leaves it alone', () => {
    const answer = find(program, 'padded', { offset: 1n }, source({ kernel: { rewritesNop5: false, emulatesNops: true } }))
    expect((answer as UprobeTarget).sites).toHaveLength(1)
  })
})

describe('misses', () => {
  const stripped = file('stripped', buildElf({ type: 2, parts: C_PARTS }))
  test.each<[string, string, string, string, string[]]>([
    ['no such file', join(directory, 'progrma'), 'x', 'no such file', [program]],
    ['no such name', 'progrma', 'x', 'no program progrma in $PATH', []],
    ['a directory', directory, 'x', 'is a directory', []],
    ['an empty file', file('empty', ''), 'x', 'it is empty', []],
    [
      'a text file',
      file('text', 'some text that is long enough to be a header of an ELF file, which it is not'),
      'x',
      'is not an ELF file',
      [],
    ],
    ['a script', file('script', '#!/bin/sh\n'), 'x', 'it is a script', []],
    ['another machine', file('arm', buildElf({ machine: 183, parts: C_PARTS })), 'x', 'is a program for aarch64', []],
    ['an object file', file('object.o', buildElf({ type: 1, parts: C_PARTS })), 'x', 'is an object file', []],
    ['no such function', program, 'wrok', `no function wrok in ${program}`, ['work']],
    ['no match for a pattern', program, 'q*', 'matches q*', []],
    ['an imported function', program, 'puts', `puts is not in ${program}, which imports it`, []],
    ['data', program, 'counter', 'is data, not a function', []],
    ['data without bytes in the file', program, 'zeroed', 'has no offset in the file', []],
    ['a stripped program', stripped, 'work', 'it is stripped', []],
    ['no such Go function', goProgram, 'main.mian', 'no function main.mian', ['main.main']],
  ])('%s', (_name, target, name, reason, nearest) => {
    expect(find(target, name)).toEqual({ kind: 'miss', reason: expect.stringContaining(reason), nearest })
  })

  test('a damaged function table does not stand in the way of an address', () => {
    const path = file('garbled', buildElf({ type: 2, parts: [GO_PARTS[0]!, { ...GO_PARTS[1]!, bytes: GO_TABLE.slice().fill(1, 0, 4) }] }))
    expect((find(path, 'main.main') as Miss).reason).toContain('no Go function table')
    const answer = source().findUprobeTarget({ target: path, address: TEXT + 6n, return: false }) as UprobeTarget
    expect(answer.isGo).toBe(true)
    expect(answer.sites.map(({ symbol }) => symbol)).toEqual(['0x401006'])
  })
})

describe('data symbols', () => {
  test.each([
    ['a variable', 'counter', { name: 'counter', address: 0x402000n, size: 8, positionIndependent: false }],
    ['a variable in .bss', 'zeroed', { name: 'zeroed', address: 0x402020n, size: 8, positionIndependent: false }],
    ['a function', 'work', { name: 'work', address: TEXT, size: 2, positionIndependent: false }],
    ['none', 'conuter', { kind: 'miss', reason: `no symbol conuter in ${program}`, nearest: ['counter'] }],
    ['a thread-local one', 'each_thread', { kind: 'miss', reason: expect.stringContaining('thread-local'), nearest: [] }],
  ])('%s', (_name, symbol, answer) => {
    expect(source().findDataSymbol(program, symbol)).toEqual(answer)
  })
  test('of a stripped program', () => {
    expect(source().findDataSymbol(goProgram, 'main.counter')).toMatchObject({ kind: 'miss', reason: expect.stringContaining('stripped') })
  })
})

describe('where a target is looked for', () => {
  test('a bare name in $PATH, executable files only', () => {
    const other = join(directory, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'program'), 'not executable')
    const places = { path: `${other}:/no/such/directory:${directory}`, libraryCache: join(directory, 'none') }
    expect((find('program', 'work', {}, source({ places })) as UprobeTarget).path).toBe(program)
  })
  test('a file that was replaced is read anew', () => {
    const path = file('changing', buildElf({ type: 2, parts: [...C_PARTS, ...symbolParts([SYMBOLS[0]!])] }))
    const one = source()
    expect(find(path, 'work', {}, one)).toHaveProperty('sites')
    file('changing', buildElf({ type: 2, parts: [...C_PARTS, ...symbolParts([{ ...SYMBOLS[0]!, name: 'renamed' }])] }))
    utimesSync(path, 1, 1)
    expect(find(path, 'renamed', {}, one)).toHaveProperty('sites')
  })
  test('after close it opens files again', () => {
    const one = source()
    find(program, 'work', {}, one)
    one.close()
    expect(find(program, 'work', {}, one)).toHaveProperty('sites')
  })
})

describe('listing', () => {
  const tracepoints = {
    findTracepoints: (category: string, event: string) => [[category, `z:${event}`] as const, [category, event] as const],
    findTracepointFormat: () => undefined,
  }
  const list = (pattern: string) => {
    const found = listProbes(source({ kernelSource: tracepoints }), parseListPattern(pattern)!)
    return 'kind' in found ? found : found.map(({ name }) => name)
  }
  test.each([
    [
      'what matches, sorted, aliases too',
      `uprobe:${program}:*a*`,
      ['alias', 'in_data', 'padded'].map((name) => `uprobe:${program}:${name}`),
    ],
    ['one function, by its short kind', `u:${program}:work`, [`uprobe:${program}:work`]],
    ['a quoted name', `ur:${program}:"alias"`, [`uretprobe:${program}:alias`]],
    ['tracepoints', 't:sched:*', ['tracepoint:sched:*', 'tracepoint:sched:z:*']],
    ['an event of any category', 'tracepoint:open', ['tracepoint:*:open', 'tracepoint:*:z:open']],
  ])('%s', (_name, pattern, lines) => {
    expect(list(pattern)).toEqual(lines)
  })
  test('without a function, everything', () => {
    expect(list(`uprobe:${goProgram}`)).toEqual(['leaf', 'main', 'padded'].map((name) => `uprobe:${goProgram}:main.${name}`))
  })
  test('kinds that are not listed here', () => {
    expect(parseListPattern('kprobe:*')).toBeUndefined()
    expect(parseListPattern('uprobe')).toBeUndefined()
  })
})
