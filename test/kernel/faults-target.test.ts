/**
 * What the target does to a session: it ends, is killed, or is traced by somebody else too. A session ends with its
 * target, in order: END runs, maps are printed, the exit code is 0.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import { isAlive } from '../../src/kernel/procfs/processes.ts'
import { type RunningCommand, runCli, startCli } from '../support/cli.ts'
import { eventually } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { CLI_WAYS, childOf } from '../support/session-target.ts'
import { useTargets } from '../support/traced-targets.ts'

const targets = useTargets()
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const ATTACHED = /Attached 2 probes/
const COUNTED = /^end\n\n\n@: [1-9]\d*\n$/
const script = (path: string) => `uprobe:${path}:work { @ = count(); } END { printf("end\\n"); }`

describe.each(CLI_WAYS)('by $way', ({ flags }) => {
  const { path } = { get path() { return targets.get('pie').path } }

  test('-p: the target ends', async () => {
    const target = targets.start('pie')
    await target.rounds(0)
    const tracer = startCli([...flags, '-p', String(target.pid), '-e', script(targets.get('pie').path)])
    await tracer.waitFor(ATTACHED)
    await target.rounds(40)
    target.process.stdin?.end()
    expect(await tracer.result).toEqual({ code: 0, signal: null, stdout: 'end\n\n\n@: 40\n', stderr: 'Attached 2 probes\n' })
  })

  test('-p: the target is killed', async () => {
    const target = targets.start('pie', 'spin')
    await target.rounds(0)
    const tracer = startCli([...flags, '-p', String(target.pid), '-e', script(targets.get('pie').path)])
    await tracer.waitFor(ATTACHED)
    await target.stop()
    const { stdout, ...end } = await tracer.result
    expect(end).toEqual({ code: 0, signal: null, stderr: 'Attached 2 probes\n' })
    expect(stdout).toMatch(/^end\n/)
  })
})
