/**
 * However a TypeScript program ends, it ends at once and with the right code, while its probes are attached and a loop waits
 * for events.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTarget, type RunningTarget, type Target } from '../support/target.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** From the deed to the end of the process; the machine may be busy with other tests. */
const DEADLINE_MS = 200

let target: Target
let spinning: RunningTarget
let directory: string
beforeAll(() => {
  target = buildTarget('pie')
  spinning = target.start('spin')
  mkdirSync(join(ROOT, 'build'), { recursive: true })
  directory = mkdtempSync(join(ROOT, 'build/exit-'))
  const entryPoints = [join(ROOT, 'src/index.ts')]
  buildSync({
    entryPoints,
    outfile: join(directory, 'library.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi', 'acorn'],
  })
})
afterAll(async () => {
  await spinning.stop()
  target.remove()
  rmSync(directory, { recursive: true })
})

/** Traces, says so, waits for events, and then does `deed`. */
const programOf = (deed: string) => `
import { ringbuf, struct, trace, u64, uprobe } from './library.mjs'
const events = ringbuf(struct({ value: u64 }))
const probe = uprobe(${JSON.stringify(target.path)}, 'work', (ctx) => { events.emit({ value: ctx.arg(0) }) })
const session = await trace({ events, probe })
const loop = (async () => { for await (const _ of session.events) {} })()
setTimeout(() => { process.stdout.write('now'); ${deed} }, 50)
`

async function endOf(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly signal: string | null; readonly tookMs: number }> {
  let begun = performance.now()
  child.stdout?.on('data', () => {
    begun = performance.now()
  })
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal, tookMs: performance.now() - begun })))
}

describe.skipIf(process.getuid?.() !== 0)('a traced program ends (needs root)', () => {
  it.each([
    ['by process.exit', 'process.exit(7)', 7],
    ['by an uncaught exception', "throw new Error('deed')", 1],
    ['by an unhandled rejection', "Promise.reject(new Error('deed'))", 1],
    ['by closing its session', 'session.close()', 0],
  ])('%s', async (name, deed, code) => {
    const path = join(directory, `${name.replaceAll(/\W/g, '-')}.mjs`)
    writeFileSync(path, programOf(deed))
    const end = await endOf(spawn('node', [path], { stdio: ['ignore', 'pipe', 'ignore'] }))
    expect(end).toMatchObject({ code, signal: null })
    expect(end.tookMs).toBeLessThan(DEADLINE_MS)
  })
  it('an idle session does not keep it alive', async () => {
    const path = join(directory, 'idle.mjs')
    writeFileSync(path, programOf('').replace(/const loop.*\n/, ''))
    const end = await endOf(spawn('node', [path], { stdio: ['ignore', 'pipe', 'ignore'] }))
    expect(end).toMatchObject({ code: 0, signal: null })
    expect(end.tookMs).toBeLessThan(DEADLINE_MS)
  })
})
