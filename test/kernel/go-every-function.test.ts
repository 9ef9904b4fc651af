/**
 * A large stripped Go program that npm installs, with a probe on every function that can be probed, at its entry or at all its
 * returns: it does what it does without.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-every-'))
afterAll(() => rmSync(directory, { recursive: true }))
beforeEach((context) => needs(context, 'root'))

const require = createRequire(import.meta.url)
const packageOf = (name: string, from: string) =>
  dirname(createRequire(require.resolve(`${from}/package.json`)).resolve(`${name}/package.json`))

writeFileSync(join(directory, 'a.ts'), 'import { sum } from "./b"\nexport const answer: string = sum([1, 2, 3])\n')
writeFileSync(join(directory, 'b.ts'), 'export const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0)\n')

/** A program and what it is run with. tsc does as well, but takes two minutes, and much longer with all its returns. */
const ESBUILD = { path: join(packageOf('@esbuild/linux-x64', 'esbuild'), 'bin/esbuild'), words: ['--bundle', 'a.ts'], functions: 8000 }

test.each(['uprobe', 'uretprobe'])('esbuild with a %s on every function', async (kind) => {
  const { path, words, functions } = ESBUILD
  const plain = outputOf(path, words)
  expect(plain).not.toBe('')
  const command = `env -C ${directory} ${[path, ...words].join(' ')}`
  const { stdout, stderr } = await runCli(['-e', `${kind}:${path}:* { @ = count(); }`, '-c', command])
  const lines = stdout.split('\n').filter((line) => line !== '' && !/^@: |^Attached /.test(line))
  expect(lines.join('\n')).toBe(plain)
  expect(Number(/^@: (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(10_000)
  expect(Number(/Attached (\d+) probes/.exec(stdout + stderr)?.[1])).toBeGreaterThan(functions)
})

/** What a program prints, empty lines left out; it may end with an error. */
function outputOf(path: string, words: readonly string[]): string {
  try {
    return clean(execFileSync(path, words, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch (error) {
    return clean((error as { stdout: string }).stdout)
  }
}

function clean(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .join('\n')
}
