/**
 * The examples, run as their heads say.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { startCli } from '../support/cli.ts'
import { sleep } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'

const FOLDER = fileURLToPath(new URL('../../examples/', import.meta.url))
/** One process: `tsx` itself would start another, which a signal to the first may leave behind. */
const TSX = ['--import', 'tsx']

describe('examples', () => {
  beforeEach((context) => needs(context, 'root', { command: 'gcc' }))
  const target = useRunningTarget('no-pie')
  const start = (name: string, words: readonly string[]) => startCli([...TSX, `${FOLDER}${name}`, ...words], { program: process.execPath })

  it('latency: a histogram of a function', async () => {
    const run = start('latency.ts', [target.path, 'work'])
    await run.waitFor(/tracing work/)
    await target.rounds(100)
    run.process.kill('SIGINT')
    const { code, stdout } = await run.result
    expect(code).toBe(0)
    expect(stdout).toMatch(/: 100 calls\n\[/)
    expect(stdout).toMatch(/\|@{52}\|/)
  })

  it('file-opens: the files of a process', async () => {
    const run = start('file-opens.ts', [String(process.pid), '1'])
    await run.waitFor(/tracing process/)
    for (let i = 0; i < 7; i++) readFileSync('/proc/self/oom_score_adj')
    const { code, stdout } = await run.result
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ +7 \/proc\/self\/oom_score_adj$/m)
  })

  it('slow-calls: what takes longer than a limit', async () => {
    const run = start('slow-calls.ts', [target.path, 'work', '0'])
    let said = false
    const call = run.waitFor(/work took \d+ us and answered \d+/).then(() => {
      said = true
    })
    // It says nothing before the first call.
    while (!said) {
      await target.rounds(1)
      await sleep(50)
    }
    await call
    run.process.kill('SIGKILL')
    await run.result
  })
})

it('unit-test: needs no root', async () => {
  const { code, stdout } = await startCli([...TSX, '--test', `${FOLDER}unit-test.ts`], { program: process.execPath }).result
  expect(stdout).toMatch(/# pass 2|pass 2/)
  expect(code).toBe(0)
})

it('each is under 60 lines, and opens with the question it answers', () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.ts'))) {
    const text = readFileSync(`${FOLDER}${name}`, 'utf8')
    expect(text.split('\n').length, name).toBeLessThanOrEqual(60)
    expect(text, name).toMatch(/^\/\*\*\n \* /)
  }
})
