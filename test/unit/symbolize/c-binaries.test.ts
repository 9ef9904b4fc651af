/**
 * Programs and libraries as gcc makes them: addresses against what `nm` says, imports, aliases, indirect functions.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DataSymbol, UprobeTarget } from '../../../src/spec/type-source.ts'
import { Executable } from '../../../src/symbolize/executable.ts'
import { createTypeSource } from '../../../src/symbolize/type-source.ts'
import { hasCommand, needs } from '../../support/needs.ts'

const LIBRARY = join(import.meta.dirname, '../../../testdata/symbolize/library.c')
const MAIN = 'int work(int); int own_data = 5; int main(void) { return work(own_data); }\n'

const directory = mkdtempSync(join(tmpdir(), 'borescope-c-'))
const at = (name: string) => join(directory, name)
const source = createTypeSource()
afterAll(() => {
  source.close()
  rmSync(directory, { recursive: true })
})

const find = (file: string, name: string) => source.findUprobeTarget({ target: at(file), function: name, return: false })
const nm = (file: string, name: string) =>
  BigInt(`0x${/^(\S+)/.exec(execFileSync('nm', [at(file)], { encoding: 'utf8' }).match(new RegExp(`^.* ${name}$`, 'm'))?.[0] ?? '')?.[1]}`)

describe('what gcc makes', () => {
  beforeEach((context) => needs(context, { command: 'gcc' }))
  beforeAll(() => {
    if (!hasCommand('gcc')) return
    writeFileSync(at('main.c'), MAIN)
    const gcc = (...args: string[]) => execFileSync('gcc', ['-O1', '-Wl,--build-id=0x00abcdef', ...args], { cwd: directory })
    gcc('-shared', '-fPIC', '-Wl,-soname,libwork.so.1', '-o', 'libwork.so', LIBRARY)
    gcc('-fPIE', '-pie', '-o', 'pie', 'main.c', LIBRARY)
    gcc('-fno-pie', '-no-pie', '-o', 'no-pie', 'main.c', LIBRARY)
    gcc('-static', '-o', 'static', 'main.c', LIBRARY)
    gcc('-fPIE', '-pie', '-o', 'linked', 'main.c', 'libwork.so')
    for (const file of ['libwork.so', 'pie']) execFileSync('strip', ['-o', `${file}-stripped`, file], { cwd: directory })
  }, 60_000)

  test.each([
    ['pie', true],
    ['no-pie', false],
    ['static', false],
    ['libwork.so', true],
  ])('%s: position-independent is %s, and addresses and code agree with nm and the file', (file, positionIndependent) => {
    const target = find(file, 'work') as UprobeTarget
    expect(target).toMatchObject({ positionIndependent, isGo: false, refused: [] })
    expect(target.sites[0]?.address).toBe(nm(file, 'work'))
    const data = source.findDataSymbol(at(file), 'initialised') as DataSymbol
    expect(data).toEqual({ name: 'initialised', address: nm(file, 'initialised'), size: 4, positionIndependent })
    const executable = Executable.open(at(file))
    // imul, whose opcode gcc has no reason to put before the entry
    expect(Buffer.from(executable.elf.source.read(target.sites[0]?.offset ?? 0, 16)).includes(Buffer.of(0x0f, 0xaf))).toBe(true)
    expect(executable.buildId).toBe('00abcdef')
    executable.close()
  })

  test('a library names itself', () => {
    const library = Executable.open(at('libwork.so'))
    expect(library.soname).toBe('libwork.so.1')
    library.close()
  })
  test('local functions and aliases are found', () => {
    expect((find('pie', 'hidden') as UprobeTarget).sites).toHaveLength(1)
    expect((find('pie', 'alias') as UprobeTarget).sites[0]?.address).toBe(nm('pie', 'work'))
    expect((find('pie', 'indirect') as UprobeTarget).sites).toHaveLength(1)
  })
  test('what the kernel refuses is left out', () => {
    const target = find('pie', '*d') as UprobeTarget
    expect(target.refused.map(({ symbol }) => symbol)).toContain('locked')
    expect(target.sites.map(({ symbol }) => symbol)).toContain('padded')
  })
  test('a stripped library keeps what it exports', () => {
    expect((find('libwork.so-stripped', 'work') as UprobeTarget).sites[0]?.address).toBe(nm('libwork.so', 'work'))
    expect(find('libwork.so-stripped', 'hidden')).toHaveProperty('kind', 'miss')
    expect(find('pie-stripped', 'work')).toMatchObject({ kind: 'miss', reason: expect.stringContaining('stripped') })
  })
  test('an imported function', () => {
    expect(find('linked', 'work')).toMatchObject({ kind: 'miss', reason: expect.stringContaining('imports it') })
    expect(find('linked', '__libc_start_main')).toMatchObject({
      kind: 'miss',
      reason: expect.stringContaining('imports it from libc.so.6'),
    })
  })
  test('the C library by its name', () => {
    const target = source.findUprobeTarget({ target: 'libc', function: 'malloc', return: false }) as UprobeTarget
    expect(target.path).toMatch(/\/libc\.so\.6$/)
    expect(target.sites).toHaveLength(1)
  })
})
