/**
 * The counters that demo and tests trace: both symbols are there under Go's names, the first instruction is the one asked
 * for, and the C twin counts truly.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, type TestContext, test } from 'vitest'

const SCRIPT = join(import.meta.dirname, 'build-counters.sh')
const directory = mkdtempSync(join(tmpdir(), 'borescope-counters-'))
afterAll(() => rmSync(directory, { recursive: true }))

const COMPILING_MS = 60_000

function buildCounter(context: TestContext, variant: string): string {
  const compiler = variant.startsWith('go') ? 'go' : 'gcc'
  if (spawnSync('which', [compiler]).status !== 0) context.skip(`needs ${compiler} in $PATH`)
  return execFileSync(SCRIPT, [directory, variant], { encoding: 'utf8' }).trim()
}

const VARIANTS: [variant: string, mnemonic: RegExp][] = [
  ['c', /^inc/],
  ['c-pie', /^inc/],
  ['c-push', /^push/],
  ['c-nop', /^nop/],
  ['c-lock', /^lock/],
  ['go', /^inc/],
  ['go-pie', /^inc/],
]

for (const [variant, mnemonic] of VARIANTS) {
  test(`${variant}: both symbols are there, and main.doWork begins with ${mnemonic}`, { timeout: COMPILING_MS }, (context) => {
    const path = buildCounter(context, variant)
    const symbols = execFileSync('nm', [path], { encoding: 'utf8' })
    expect(symbols).toMatch(/ T main\.doWork$/m)
    expect(symbols).toMatch(/ [BD] main\.counter$/m)
    const listing = execFileSync('objdump', ['-d', '--no-show-raw-insn', '--disassemble=main.doWork', path], { encoding: 'utf8' })
    const first = /<main\.doWork>:\n\s*[0-9a-f]+:\s*(.*)/.exec(listing)?.[1]
    expect(first).toMatch(mnemonic)
  })
}

test('a stripped counter has no symbol table', { timeout: COMPILING_MS }, (context) => {
  const path = buildCounter(context, 'go-stripped')
  expect(spawnSync('nm', [path], { encoding: 'utf8' }).stderr).toContain('no symbols')
})

test('the C twin ends after the calls it is told, and prints their number', { timeout: COMPILING_MS }, (context) => {
  expect(execFileSync(buildCounter(context, 'c-lock'), ['12345'], { encoding: 'utf8' })).toBe('12345\n')
})

test('a counter that is there already is kept', { timeout: COMPILING_MS }, (context) => {
  const before = statSync(buildCounter(context, 'c')).mtimeMs
  expect(statSync(buildCounter(context, 'c')).mtimeMs).toBe(before)
})

test('an unknown variant is refused', () => {
  const run = spawnSync(SCRIPT, [directory, 'rust'], { encoding: 'utf8' })
  expect(run.status).toBe(2)
  expect(run.stderr).toContain('no variant is called rust')
})
