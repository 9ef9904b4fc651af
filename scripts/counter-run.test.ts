/**
 * How the demo runs a tracer: with a small script in the tracer's place.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { median, parseRate, runOnCounter } from './counter-run.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-demo-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A target that tells its pid, so that a test can see it gone. */
function writeTarget(name: string): { path: string; isRunning: () => boolean } {
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\necho $$ > ${path}.pid\nexec sleep 60\n`, { mode: 0o755 })
  return { path, isRunning: () => existsSync(`/proc/${readFileSync(`${path}.pid`, 'utf8').trim()}`) }
}

describe('a run on the counter', () => {
  test('ends the tracer by SIGINT, and then the target', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {})
    const target = writeTarget('interrupted')
    const tracer = `process.on('SIGINT', () => { console.log('counter: 9\\t 7 ops/sec'); process.exit(0) })
      console.log('Attached'); console.log('counter: 1\\t 1 ops/sec'); console.log('counter: 6\\t 5 ops/sec'); setInterval(() => {}, 1000)`
    const run = await runOnCounter(target.path, [process.execPath, '-e', tracer], 700)
    expect(run).toEqual({ rates: [5, 7], exitCode: 0 })
    expect(target.isRunning()).toBe(false)
  })

  test('reports the exit code of a tracer that ends by itself', async () => {
    const target = writeTarget('failed')
    expect(await runOnCounter(target.path, ['sh', '-c', 'sleep 0.2; exit 3'], 60_000)).toEqual({ rates: [], exitCode: 3 })
    expect(target.isRunning()).toBe(false)
  })

  test('a target that cannot be started is an error', async () => {
    await expect(runOnCounter(join(directory, 'nothing'), ['true'], 100)).rejects.toThrow(/ENOENT/)
  })
})

describe('rates', () => {
  test.each([
    ['counter: 81234\t 80999 ops/sec', 80999],
    ['counter: 81234\t(80999 ops/s)', 80999],
    ['counter: 0\t 0 ops/sec', 0],
    ['Attached 3 probes', undefined],
  ])('%s', (line, rate) => {
    expect(parseRate(line)).toBe(rate)
  })

  test('the median is the middle one', () => {
    expect(median([3, 100, 1])).toBe(3)
    expect(median([])).toBe(0)
  })
})
