/**
 * Go binaries as the installed toolchain makes them, and one that nobody here made: names of a stripped binary against the
 * symbol table of its twin, and where entry probes go.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UprobeTarget } from '../../../src/spec/type-source.ts'
import { Executable } from '../../../src/symbolize/executable.ts'
import { createTypeSource } from '../../../src/symbolize/type-source.ts'
import { hasCommand, needs } from '../../support/needs.ts'

const SOURCE = join(import.meta.dirname, '../../../testdata/symbolize/shapes.go')
const directory = mkdtempSync(join(tmpdir(), 'borescope-go-'))
const at = (name: string) => join(directory, name)
const source = createTypeSource()
afterAll(() => {
  source.close()
  rmSync(directory, { recursive: true })
})

const find = (path: string, name: string, more = { return: false }) =>
  source.findUprobeTarget({ target: path, function: name, ...more }) as UprobeTarget

interface Listed {
  readonly address: bigint
  readonly text: string
  readonly symbol: string
  /** The address of the instruction before. */
  readonly before: bigint
}

function disassemble(path: string): readonly Listed[] {
  const text = execFileSync('objdump', ['-d', '--no-show-raw-insn', path], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const listed: Listed[] = []
  let symbol = ''
  for (const line of text.split('\n')) {
    symbol = /^[0-9a-f]+ <(.*)>:$/.exec(line)?.[1] ?? symbol
    const [, address, instruction] = /^ +([0-9a-f]+):\t(.*)$/.exec(line) ?? []
    if (address === undefined || instruction === undefined) continue
    listed.push({ address: BigInt(`0x${address}`), text: instruction.trim(), symbol, before: listed.at(-1)?.address ?? 0n })
  }
  return listed
}
const bare = (name: string) =>
  name
    .replace(/\[.*\]/, '')
    .replace(/\.abi0$/, '')
    .replaceAll('·', '.')

/** The external linker puts the table into .data.rel.ro of a PIE (up to Go 1.25), where no section names it. */
const BUILDS = [
  { name: 'exe', flags: [], environment: { CGO_ENABLED: '0' }, commands: ['go', 'strip'] },
  { name: 'pie', flags: ['-buildmode=pie'], environment: { CGO_ENABLED: '0' }, commands: ['go', 'strip'] },
  {
    name: 'pie-external',
    flags: ['-buildmode=pie', '-ldflags=-linkmode=external'],
    environment: { CGO_ENABLED: '1' },
    commands: ['go', 'strip', 'gcc'],
  },
] as const

describe('what go makes', () => {
  beforeAll(() => {
    writeFileSync(at('go.mod'), 'module example.com/shapes\n\ngo 1.18\n')
    copyFileSync(SOURCE, at('main.go'))
    for (const { name, flags, environment, commands } of BUILDS) {
      if (!commands.every(hasCommand)) continue
      execFileSync('go', ['build', ...flags, '-o', name, '.'], {
        cwd: directory,
        env: { ...process.env, GOFLAGS: '-buildvcs=false', ...environment },
      })
      execFileSync('strip', ['-o', `${name}-stripped`, name], { cwd: directory })
    }
  }, 300_000)

  describe.each(BUILDS)('$name', ({ name, commands }) => {
    beforeEach((context) => needs(context, ...commands.map((command) => ({ command }))))

    test('the names of the stripped binary are those of the symbol table', () => {
      const [full, stripped] = [Executable.open(at(name)), Executable.open(at(`${name}-stripped`))]
      const byAddress = new Map(full.functions.all.map((symbol) => [symbol.address, bare(symbol.name)]))
      const known = stripped.functions.all
      expect(known.length).toBeGreaterThan(1000)
      expect(known.filter((symbol) => byAddress.get(symbol.address) !== bare(symbol.name)).map((symbol) => symbol.name)).toEqual([])
      const inTable = new Set(known.map(({ address }) => address))
      const first = known.find((symbol) => symbol.name === 'main.main')?.address ?? 0n
      const ours = full.functions.all.filter((symbol) => symbol.name.startsWith('main.') || symbol.name.startsWith('runtime.'))
      expect(first).not.toBe(0n)
      expect(ours.filter((symbol) => !inTable.has(symbol.address)).map((symbol) => symbol.name)).toEqual(['runtime.etext'])
      full.close()
      stripped.close()
    })

    test('build information survives', () => {
      const executable = Executable.open(at(`${name}-stripped`))
      expect(executable.goBuildInfo).toMatchObject({ main: { path: 'example.com/shapes' } })
      expect(`go version ${executable.goBuildInfo?.goVersion} linux/amd64`).toBe(
        execFileSync('go', ['version'], { encoding: 'utf8' }).trim(),
      )
      expect(executable.isGo).toBe(true)
      expect(executable.positionIndependent).toBe(name !== 'exe')
      executable.close()
    })

    test.each(['', '-stripped'])('entry probes go behind the stack check (%s)', (suffix) => {
      const placement = (symbol: string) => find(at(name + suffix), symbol).sites.map((site) => site.placement)
      const checked = placement('main.small')[0]
      expect(['after-stack-check', 'stack-check-branch']).toContain(checked)
      expect(placement('main.frame128')).toEqual([checked])
      expect(placement('main.frame4096')).toEqual([checked])
      expect(placement('main.(*Box).Add')).toEqual([checked])
      expect(placement('main.Sum')).toEqual([checked, checked])
      expect(placement('main.leaf')).toEqual(['entry'])
    })

    test('a function with a stack check is never probed at its first byte', () => {
      const target = find(at(`${name}-stripped`), '*')
      const executable = Executable.open(target.path)
      const missed = target.sites.filter(({ placement, offset }) => {
        const code = Buffer.from(executable.elf.source.read(offset, 20)).toString('hex')
        return placement === 'entry' && /^(?:4c8d(?:6424|a424.{6}).{2})?4[9d]3b661[08]/.test(code)
      })
      expect(missed).toEqual([])
      executable.close()
    })

    test('every return is probed, and nothing else, by what objdump sees', (context) => {
      needs(context, { command: 'objdump' })
      const listing = disassemble(at(name))
      const { sites, refused } = find(at(name), '*', { return: true })
      const texts = new Map(listing.map(({ address, text }) => [address, text]))
      expect(sites.filter(({ address }) => !/^(repz )?ret|^nop$|^xchg +%ax,%ax|^jmp /.test(texts.get(address) ?? ''))).toEqual([])

      const probed = new Set<bigint>(sites.map(({ address }) => address))
      const given = new Set(refused.map(({ symbol }) => symbol))
      const returns = listing.filter(({ text, symbol }) => /^(repz )?ret/.test(text) && !given.has(symbol))
      expect(returns.length).toBeGreaterThan(1000)
      expect(returns.filter(({ address, before }) => !probed.has(address) && !probed.has(before))).toEqual([])
      expect(refused.length).toBeLessThan(sites.length / 10)
    })
  })

  test('variables are found in the symbol table only', (context) => {
    needs(context, { command: 'go' }, { command: 'strip' })
    expect(source.findDataSymbol(at('pie'), 'main.counter')).toMatchObject({ size: 8, positionIndependent: true })
    expect(source.findDataSymbol(at('pie-stripped'), 'main.counter')).toMatchObject({
      kind: 'miss',
      reason: expect.stringContaining('stripped'),
    })
  })
})

/** The native TypeScript compiler: stripped, Go 1.26, 24 MB. */
function findNativeTsc(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve('@typescript/typescript-linux-x64/package.json')
    const path = join(dirname(main), 'lib/tsc')
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

const tsc = findNativeTsc()
describe('tsc of TypeScript 7', () => {
  const path = tsc ?? ''
  beforeEach((context) => {
    if (tsc === undefined) context.skip('needs the platform package of typescript for x86-64')
  })

  test('has its functions, most of them with a stack check to probe behind', () => {
    const start = performance.now()
    const target = find(path, '*')
    const elapsed = performance.now() - start
    expect(target.isGo).toBe(true)
    expect(target.sites.length).toBeGreaterThan(20_000)
    const behind = target.sites.filter(({ placement }) => placement === 'after-stack-check').length
    expect(behind / target.sites.length).toBeGreaterThan(0.7)
    expect(target.refused.length).toBeLessThan(100)
    // Some 150 ms; the bound only keeps it from becoming seconds.
    expect(elapsed).toBeLessThan(2000)
  })
  test('a pattern with a receiver in it', () => {
    const target = find(path, '*checker.(*Checker).check*')
    expect(target.sites.length).toBeGreaterThan(100)
    expect(target.sites.every(({ symbol }) => /checker\.\(\*Checker\)\.check/.test(symbol))).toBe(true)
  })
  test('names outside of ASCII are whole', () => {
    const executable = Executable.open(path)
    const odd = executable.functions.all.filter(({ name }) => name.includes('\ufffd') || [...name].some((letter) => letter < ' '))
    expect(odd).toEqual([])
    executable.close()
  })
})
