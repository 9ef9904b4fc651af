/**
 * Entry probes of Go functions fire once per call, also when the stack has to grow first: then the function is entered
 * twice, and a probe on its first byte would count more.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { hasCommand, needs } from '../support/needs.ts'

const SOURCE = join(import.meta.dirname, '../../testdata/symbolize/grow.go')
const CALLS = 5050
const directory = mkdtempSync(join(tmpdir(), 'borescope-grow-'))
afterAll(() => rmSync(directory, { recursive: true }))

const BUILDS = [
  { name: 'exe', flags: [] },
  { name: 'stripped-pie', flags: ['-buildmode=pie', '-ldflags=-s'] },
] as const

beforeAll(() => {
  if (!hasCommand('go')) return
  writeFileSync(join(directory, 'go.mod'), 'module example.com/grow\n\ngo 1.18\n')
  copyFileSync(SOURCE, join(directory, 'main.go'))
  for (const { name, flags } of BUILDS) {
    execFileSync('go', ['build', ...flags, '-o', name, '.'], {
      cwd: directory,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
    })
  }
}, 300_000)
beforeEach((context) => needs(context, 'root', { command: 'go' }))

test.each(BUILDS)('$name: as many hits as calls', async ({ name }) => {
  const path = join(directory, name)
  const { code, stdout, stderr } = await runCli(['-q', '-e', `uprobe:${path}:main.grow { @ = count(); }`, '-c', path])
  expect({ code, stderr, found: stdout.trim() }).toEqual({ code: 0, stderr: '', found: `@: ${CALLS}` })
})

test.each(BUILDS)('$name: a probe on the first byte counts the second entries too', async ({ name }) => {
  const path = join(directory, name)
  const { stdout } = await runCli(['-q', '-e', `uprobe:${path}:main.grow+0 { @ = count(); }`, '-c', path])
  expect(Number(/@: (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(CALLS)
})
