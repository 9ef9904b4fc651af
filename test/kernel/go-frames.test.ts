/**
 * Calls of Go functions from entry to return, by the program's own count: also when stacks are copied, goroutines change
 * threads, the collector runs and panics are recovered. Every return finds its entry by `goframe`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { buildGo, goToolchains } from '../support/go-program.ts'
import { hasCommand, needs } from '../support/needs.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-frames-'))
afterAll(() => rmSync(directory, { recursive: true }))
/** Goroutines, rounds of each, depth of recursion; `BORESCOPE_TEST_FRAMES="40 25 1000"` is a million calls. */
const LOAD = process.env.BORESCOPE_TEST_FRAMES ?? '20 9 100'
const TIMEOUT_MS = 280_000

describe.each(goToolchains())('%s', (go) => {
  const at = (name: string) => join(directory, `${goToolchains().indexOf(go)}-${name}`)
  beforeAll(() => {
    if (go === 'go' && !hasCommand('go')) return
    for (const [name, flags] of [
      ['exe', []],
      ['stripped', ['-buildmode=pie', '-ldflags=-s']],
    ] as const)
      buildGo(directory, { source: 'frames.go', name: `${goToolchains().indexOf(go)}-${name}`, flags, go })
  }, TIMEOUT_MS)
  beforeEach((context) => needs(context, 'root', { command: 'go' }))

  const trace = async (name: string, script: string) => {
    const result = await runCli(['-q', '-f', 'json', '-e', script.replaceAll('TARGET', at(name)), '-c', `${at(name)} ${LOAD}`], {
      timeoutMs: TIMEOUT_MS,
    })
    const own = /^(\d+) (\d+) (\d+) (\d+)$/m.exec(result.stderr)?.slice(1).map(Number) ?? []
    return {
      code: result.code,
      own,
      found: Object.assign(
        {},
        ...result.stdout
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line).data),
      ),
    }
  }

  test.each(['exe', 'stripped'])(
    '%s: every return has its entry, whatever happened in between',
    async (name) => {
      const { code, own, found } = await trace(
        name,
        `config = { max_map_keys = 200000 }
       uprobe:TARGET:main.recurse,uprobe:TARGET:main.block { @open = sum(@start[goframe] != 0 ? 1 : 0); @start[goframe] = 1; @thread[goframe] = tid }
       uretprobe:TARGET:main.recurse,uretprobe:TARGET:main.block {
         if (@start[goframe] == 1) { @matched = count() } else { @lost = count() }
         if (@thread[goframe] != tid) { @moved = count() }
         @start[goframe] = 0;
       }
       END { clear(@start); clear(@thread) }`,
      )
      const [recursions = 0, blocks = 0] = own
      expect({ code, ...found }).toMatchObject({ code: 0, '@matched': recursions + blocks, '@open': 0 })
      expect(found).not.toHaveProperty('@lost')
      expect(found['@moved']).toBeGreaterThan(0)
    },
    TIMEOUT_MS,
  )

  test(
    'as many hits as calls at entry and return, and the results',
    async () => {
      const names = ['recurse', 'block', 'guard', 'choose']
      const { own, found } = await trace(
        'exe',
        `${names.map((name) => `uprobe:TARGET:main.${name} { @${name}_in = count() } uretprobe:TARGET:main.${name} { @${name}_out = count() }`).join('\n')}
       uretprobe:TARGET:main.guard { @recovered = sum((int64)retval == -1 ? 1 : 0) }
       uretprobe:TARGET:main.choose { @results = sum((int64)retval > 0 ? retval : 0) }`,
      )
      const [recursions = 0, blocks = 0, guards = 0, choices = 0] = own
      expect(found).toMatchObject({
        '@recurse_in': recursions,
        '@recurse_out': recursions,
        '@block_in': blocks,
        '@block_out': blocks,
        '@guard_in': guards,
        '@guard_out': guards,
        '@choose_in': choices,
        '@choose_out': choices,
      })
      if (process.env.BORESCOPE_TEST_FRAMES !== undefined) return
      expect(found).toMatchObject({ '@recovered': 20 * 3, '@results': 20 * (10 + 12 + 7 + 99 + 3 + 44 + 5 + 70) })
    },
    TIMEOUT_MS,
  )

  test('goid is the number that the runtime prints', async () => {
    const { own, found } = await trace(
      'exe',
      'uprobe:TARGET:main.block { @right = sum(goid == arg1 ? 1 : 0); @wrong = sum(goid != arg1 ? 1 : 0) }',
    )
    expect(found).toMatchObject({ '@right': own[1], '@wrong': 0 })
  })
})
