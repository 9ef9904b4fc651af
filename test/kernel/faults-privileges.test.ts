/**
 * Who may not trace reads one sentence that names the capability which is missing; who has just the capabilities traces.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CommandResult, LAUNCHER, runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'
import { buildTarget, type Target } from '../support/target.ts'

const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups']
const REMEDY = 'HINT: run as root (sudo), or give the process the named capabilities\n'

const directory = mkdtempSync(join(tmpdir(), 'borescope-privileges-'))
let target: Target
beforeAll(() => {
  target = buildTarget('pie')
})
afterAll(() => {
  target.remove()
  rmSync(directory, { recursive: true })
})
beforeEach((context) => needs(context, 'root', { command: 'gcc' }, { command: 'setpriv' }))

function runAs(identity: readonly string[], words: readonly string[]): Promise<CommandResult> {
  return runCli([...identity, LAUNCHER, ...words], { program: 'setpriv', input: '3\n' })
}

describe.each<[who: string, identity: readonly string[], missing: string]>([
  ['a user who is not root', NOBODY, 'CAP_BPF and CAP_PERFMON'],
  ['root without CAP_BPF', ['--bounding-set=-bpf,-sys_admin'], 'CAP_BPF'],
  ['root without CAP_PERFMON', ['--bounding-set=-perfmon,-sys_admin'], 'CAP_PERFMON'],
  ['root without both', ['--bounding-set=-bpf,-perfmon,-sys_admin'], 'CAP_BPF and CAP_PERFMON'],
])('%s', (_who, identity, missing) => {
  const refused = { code: 1, signal: null, stdout: '', stderr: `ERROR: tracing needs ${missing}\n${REMEDY}` }

  test.for<[name: string, words: () => readonly string[]]>([
    ['a script of BEGIN', () => ['-e', 'BEGIN { exit() }']],
    ['a uprobe', () => ['-e', `uprobe:${target.path}:work { @ = count(); }`]],
    ['a uprobe by perf_event', () => ['--no-feature', 'uprobe_multi', '-e', `uprobe:${target.path}:work { @ = count(); }`]],
    ['a file that may not be read', () => ['-e', `uprobe:${directory}/program:work { @ = count(); }`]],
    ['a tracepoint', () => ['-e', 'tracepoint:sched:sched_process_exit { @ = count(); }']],
  ])('%s: the missing capability is named', async ([, words]) => {
    expect(await runAs(identity, words())).toEqual(refused)
  })
})

test('a command is not even started', async () => {
  const { code, stdout } = await runAs(NOBODY, ['-c', 'echo started', '-e', 'END { printf("end\\n"); }'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})

test('help and version need no privilege', async () => {
  for (const option of ['--help', '--version']) {
    const { code, stdout, stderr } = await runAs(NOBODY, [option])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('borescope')
  }
})

test('the two capabilities are enough for BEGIN, END, timers and uprobes', async (context) => {
  needs(context, { feature: 'uprobe_multi' })
  const { path } = target
  const capabilities = ['--inh-caps=-all,+bpf,+perfmon', '--ambient-caps=-all,+bpf,+perfmon']
  // The directory of the target belongs to root alone: root without any other capability may look into it, nobody may not.
  const identity = ['--bounding-set=-all,+bpf,+perfmon', ...capabilities]
  const script = `BEGIN { printf("begin\\n"); } uprobe:${path}:work { @ = count(); } interval:s:100 {} END { printf("end\\n"); }`
  const { code, stdout, stderr } = await runAs(identity, ['-c', path, '-e', script])
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'begin\n3\nend\n\n\n@: 3\n', stderr: 'Attached 4 probes\n' })
})

test('a file that may not be read is named', async () => {
  const identity = [...NOBODY, '--inh-caps=-all,+bpf,+perfmon', '--ambient-caps=-all,+bpf,+perfmon']
  const { code, stderr } = await runAs(identity, ['-e', `uprobe:${target.path}:work { @ = count(); }`])
  expect(code).toBe(1)
  expect(stderr).toContain(`reading ${target.path} needs read permission`)
  expect(stderr).not.toContain('internal error')
})
