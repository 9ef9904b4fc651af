/**
 * What does not fit into the ring buffer is counted and reported, never lost in silence: lines printed and events lost
 * add up to the true number of hits.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import { readStatus } from '../../src/kernel/procfs/processes.ts'
import { type CommandResult, type RunningCommand, startCli } from '../support/cli.ts'
import { eventually } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { CLI_WAYS } from '../support/session-target.ts'
import { useTargets } from '../support/traced-targets.ts'

const targets = useTargets()
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

/** The ring has 8 MiB: more hits than fit, of some hundred bytes each. */
const HITS = 60_000
/** A line of this script: the argument, which counts the calls of a round, and something to fill the ring with. */
const fill = (path: string) => `uprobe:${path}:work { printf("%d ${'%s '.repeat(20)}\\n", arg0, ${Array(20).fill('comm').join(', ')}); }`

/** The total that the run reports at its end. */
function totalLost({ stderr }: CommandResult): number {
  return Number(/^WARNING: Total lost event count: (\d+)$/m.exec(stderr)?.[1] ?? 0)
}

/** The losses that were reported while they happened. */
function lostOnTheWay({ stderr }: CommandResult): number {
  return [...stderr.matchAll(/^Lost (\d+) events$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** The first words of the lines printed. */
function printed({ stdout }: CommandResult): readonly number[] {
  return [...stdout.matchAll(/^(\d+) target /gm)].map(([, value]) => Number(value))
}

async function stopped(tracer: RunningCommand): Promise<void> {
  tracer.process.kill('SIGSTOP')
  expect(await eventually(() => readStatus(tracer.pid)?.state === 'T')).toBe(true)
}

/** Losses are told at the first turn; the rest of the ring is printed in the turns behind it. */
async function drained(tracer: RunningCommand): Promise<void> {
  for (let before = -1, now = tracer.stdout().length; now > before; now = tracer.stdout().length) {
    before = now
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

describe.each(CLI_WAYS)('by $way', ({ flags }) => {
  test('a tracer that sleeps while its ring fills says exactly how many events it lost', async () => {
    const target = targets.start('pie')
    await target.rounds(0)
    const tracer = startCli([...flags, '-p', String(target.pid), '-e', fill(targets.get('pie').path)], { timeoutMs: 50_000 })
    await tracer.waitFor(/Attached/)
    await stopped(tracer)
    expect(await target.rounds(HITS)).toBe(HITS)
    tracer.process.kill('SIGCONT')
    await tracer.waitFor(/Lost \d+ events/)
    await drained(tracer)
    // The ring has room again: what comes now is not lost.
    expect(await target.rounds(10)).toBe(HITS + 10)
    tracer.process.kill('SIGINT')
    const result = await tracer.result
    expect(result.code).toBe(0)
    const [lines, lost] = [printed(result), totalLost(result)]
    expect(lost).toBeGreaterThan(0)
    expect(lostOnTheWay(result)).toBe(lost)
    expect(lines.length + lost).toBe(HITS + 10)
    // The oldest are kept, in order, and the last come behind the gap.
    const kept = lines.length - 10
    expect(lines.slice(0, kept)).toEqual(Array.from({ length: kept }, (_, i) => i))
    expect(lines.slice(kept)).toEqual(Array.from({ length: 10 }, (_, i) => i))
  })
})

test('a tracer that is told to end while it sleeps reports its losses too', async () => {
  const target = targets.start('pie')
  await target.rounds(0)
  const { path } = targets.get('pie')
  const script = `${fill(path)} uprobe:${path}:work { @hits = count(); } END { printf("end\\n"); }`
  const tracer = startCli(['-p', String(target.pid), '-e', script], { timeoutMs: 50_000 })
  await tracer.waitFor(/Attached/)
  await stopped(tracer)
  await target.rounds(HITS)
  tracer.process.kill('SIGINT')
  tracer.process.kill('SIGCONT')
  const result = await tracer.result
  expect(result.code).toBe(0)
  expect(printed(result).length + totalLost(result)).toBe(HITS)
  expect(lostOnTheWay(result)).toBe(totalLost(result))
  // Maps are not lost.
  expect(result.stdout).toMatch(new RegExp(`\\n\\n@hits: ${HITS}\\n$`))
})

test('two threads that print as fast as they can: lines and losses add up to the count of a map', async () => {
  const running = [targets.start('pie', 'spin'), targets.start('pie', 'spin')]
  for (const target of running) await target.rounds(0)
  const { path } = targets.get('pie')
  const script = `${fill(path).replace(/ }$/, ' @hits = count(); }')}`
  const tracer = startCli(['-e', script], { timeoutMs: 50_000 })
  await tracer.waitFor(/(1 target .*\n){2000}/)
  tracer.process.kill('SIGINT')
  const result = await tracer.result
  expect(result.code).toBe(0)
  const hits = Number(/^@hits: (\d+)$/m.exec(result.stdout)?.[1])
  expect(printed(result).length + totalLost(result)).toBe(hits)
})

test('a run without losses says nothing of them', async () => {
  const target = targets.start('pie')
  await target.rounds(0)
  const tracer = startCli(['-p', String(target.pid), '-e', fill(targets.get('pie').path)])
  await tracer.waitFor(/Attached/)
  await target.rounds(100)
  tracer.process.kill('SIGINT')
  const result = await tracer.result
  expect(printed(result)).toHaveLength(100)
  expect(result.stderr).toBe('Attached 1 probe\n')
})
