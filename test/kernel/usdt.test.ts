/**
 * Static probes of a running process: by name alone, and in any of its files; and what counts the tracers goes back to zero.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const directory = mkdtempSync(join(tmpdir(), 'borescope-usdt-'))
const path = join(directory, 'usdt')
let target: ChildProcess

beforeAll(() => {
  execFileSync('gcc', ['-O1', '-Wall', '-o', path, join(import.meta.dirname, '../../testdata/targets/usdt.c')])
  target = spawn(path, ['for-ever'], { stdio: 'ignore' })
})
afterAll(() => {
  target.kill('SIGKILL')
  rmSync(directory, { recursive: true })
})

test.each(['usdt:order', 'usdt::shop:order', 'usdt:*:order', 'U:*:shop:order'])('%s of a process', async (point) => {
  const run = await runCli(['-q', '-p', String(target.pid), '-e', `${point} { print((probe, arg0)); exit(); }`])
  expect(run.stdout).toMatch(/^\(usdt:.*\/usdt:shop:order, (-5|20)\)\n/)
})

test('a name without a process', async () => {
  const run = await runCli(['-e', 'usdt:*:order { }'])
  expect(run.stderr).toContain('usdt probe must specify at least path or pid to probe')
})

test('a name that is nearly right', async () => {
  const run = await runCli(['-e', `usdt:${path}:ordr { }`])
  expect(run.stderr).toContain(`No matches for usdt ${path}:ordr.`)
  expect(run.stderr).toContain('did you mean order?')
})
