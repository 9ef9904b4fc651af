/**
 * What the target does to a session: it ends, is killed, or is traced by somebody else too. A session ends with its
 * target, in order: END runs, maps are printed, the exit code is 0.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import { isAlive } from '../../src/kernel/procfs/processes.ts'
import { runCli, startCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'
import { CLI_WAYS, childOf } from '../support/session-target.ts'
import { useTargets } from '../support/traced-targets.ts'

const targets = useTargets()
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const path = () => targets.get('pie').path
/** Says how it goes, so that a test can wait until hits are counted. */
const script = () =>
  `uprobe:${path()}:work { @ = count(); if (!@hit) { @hit = 1; printf("hit\\n"); } } END { printf("end\\n"); clear(@hit); }`
const ended = { code: 0, signal: null, stderr: 'Attached 2 probes\n' }

describe.each(CLI_WAYS)('by $way', ({ flags }) => {
  test('-p: the target ends', async () => {
    const target = targets.start('pie')
    await target.rounds(0)
    const tracer = startCli([...flags, '-p', String(target.pid), '-e', script()])
    await tracer.waitFor(/Attached/)
    await target.rounds(40)
    target.process.stdin?.end()
    expect(await tracer.result).toEqual({ ...ended, stdout: 'hit\nend\n\n\n@: 40\n' })
  })

  test('-p: the target is killed', async () => {
    const target = targets.start('pie', 'spin')
    await target.rounds(0)
    const tracer = startCli([...flags, '-p', String(target.pid), '-e', script()])
    await tracer.waitFor(/hit/)
    await target.stop()
    const { stdout, ...end } = await tracer.result
    expect(end).toEqual(ended)
    expect(stdout).toMatch(/^hit\nend\n\n\n@: [1-9]\d*\n$/)
  })

  test('-c: the command ends', async () => {
    const result = await runCli([...flags, '-c', path(), '-e', script()], { input: '30\n' })
    // The counter is what the command itself prints.
    expect(result).toEqual({ ...ended, stdout: expect.stringMatching(/^(30\nhit|hit\n30)\nend\n\n\n@: 30\n$/) })
  })

  test('-c: the exit code of the command is its own', async () => {
    const result = await runCli([...flags, '-c', `sh -c '${path()}; exit 7'`, '-e', script()], { input: '1\n' })
    expect(result).toMatchObject({ ...ended, stdout: expect.stringContaining('@: 1\n') })
  })

  test('-c: the command is killed', async () => {
    const tracer = startCli([...flags, '-c', `${path()} spin`, '-e', script()], { input: { kind: 'open' } })
    await tracer.waitFor(/hit/)
    const pid = childOf(tracer.pid)!
    process.kill(pid, 'SIGKILL')
    const { stdout, ...end } = await tracer.result
    expect(end).toEqual(ended)
    expect(stdout).toMatch(/^hit\nend\n\n\n@: [1-9]\d*\n$/)
    expect(isAlive(pid)).toBe(false)
  })

  test('two tracers of one function both count every call', async () => {
    const target = targets.start('pie')
    const tracers = [[], ['-p', String(target.pid)]].map((filter) => startCli([...flags, ...filter, '-e', script()]))
    for (const tracer of tracers) await tracer.waitFor(/Attached/)
    await target.rounds(25)
    // The second goes on undisturbed when the first has gone.
    tracers[0]!.process.kill('SIGINT')
    expect(await tracers[0]!.result).toEqual({ ...ended, stdout: 'hit\nend\n\n\n@: 25\n' })
    await target.rounds(25)
    tracers[1]!.process.kill('SIGINT')
    expect(await tracers[1]!.result).toEqual({ ...ended, stdout: 'hit\nend\n\n\n@: 50\n' })
  })
})

test('-c: a command that execs another keeps its pid, and its hits count', async () => {
  const result = await runCli(['-c', `sh -c 'exec ${path()}'`, '-e', script()], { input: '5\n' })
  expect(result).toMatchObject({ ...ended, stdout: expect.stringContaining('@: 5\n') })
})

test('-c: a command that ends at once', async () => {
  expect(await runCli(['-c', 'true', '-e', script()])).toEqual({ ...ended, stdout: 'end\n\n\n' })
})
