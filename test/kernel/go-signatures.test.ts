/**
 * Arguments, results and captured variables of Go functions by name, of every kind of type and way to be passed, on the oldest and the
 * newest Go at hand: what probes print is what the program says itself.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { buildGoFolder, newestGo } from '../support/go-program.ts'
import { SIGNATURES, signatureScript } from '../support/go-signatures.ts'
import { hasCommand, needs } from '../support/needs.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-signatures-'))
afterAll(() => rmSync(directory, { recursive: true }))

const TOOLCHAINS = [
  { name: 'the Go of the system', go: hasCommand('go') ? 'go' : undefined, flags: [] },
  { name: 'the newest Go', go: newestGo(), flags: [] },
  { name: 'the newest Go, PIE, not optimised', go: newestGo(), flags: ['-buildmode=pie', '-gcflags=-N -l'] },
] as const

describe.each(TOOLCHAINS)('$name', ({ name, go, flags }) => {
  const path = join(directory, name.replaceAll(/\W/g, '-'))
  let release = 0
  beforeAll(() => {
    if (go === undefined) return
    buildGoFolder(path, { folder: 'signatures', flags, go })
    release = Number(/go1\.(\d+)/.exec(execFileSync(go, ['version'], { encoding: 'utf8' }))?.[1])
  }, 300_000)
  beforeEach((context) => {
    needs(context, 'root')
    if (go === undefined) context.skip('needs Go: golang-go, and scripts/newest-go.sh')
  })

  test('arguments and results are those of the program', async () => {
    const names = Object.keys(SIGNATURES).filter((one) => release >= (SIGNATURES[one]?.since ?? 0))
    expect(names.length).toBeGreaterThan(40)
    const { stdout, stderr } = await runCli(['-q', '-e', signatureScript(path, names), '-c', path], { timeoutMs: 120_000 })
    const lines = stdout.split('\n')
    expect(stderr).toBe('')
    expect(spoken(lines, 'probe', names)).toEqual(spoken(lines, 'truth', names))
  }, 120_000)
})

/** The lines of one side about some functions, by function and in order. */
function spoken(lines: readonly string[], side: 'probe' | 'truth', names: readonly string[]): readonly string[] {
  const said = lines.filter((line) => line.startsWith(`${side} `)).map((line) => line.slice(side.length + 1).trimEnd())
  return names.flatMap((name) => ['', '='].flatMap((mark) => said.filter((line) => line.split(' ')[0] === `${name}${mark}`)))
}
