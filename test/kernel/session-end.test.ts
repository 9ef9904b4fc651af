/**
 * How a session ends when it is told to: END runs, what is still in the ring is printed, then the maps, and the exit code
 * is 0, however early or often the signal comes.
 */
import { once } from 'node:events'
import { beforeEach, describe, expect, test } from 'vitest'
import { runCli, startCli } from '../support/cli.ts'
import { eventually, sleep } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { bpfIdsOf, CLI_WAYS, NOTHING, remaining } from '../support/session-target.ts'
import { useTargets } from '../support/traced-targets.ts'

const targets = useTargets()
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const path = () => targets.get('pie').path

describe.each(CLI_WAYS)('by $way', ({ flags }) => {
  test.for(SIGNALS)('%s: END runs, then maps are printed by name', async (signal) => {
    const script = `uprobe:${path()}:work { @b = count(); @a[arg0] = 1; printf("hit %d\\n", arg0); } END { printf("end\\n"); @c = 3; }`
    const tracer = startCli([...flags, '-e', script])
    await tracer.waitFor(/Attached/)
    await targets.start('pie').rounds(3)
    tracer.process.kill(signal)
    expect(await tracer.result).toEqual({
      code: 0,
      signal: null,
      stdout: 'hit 0\nhit 1\nhit 2\nend\n\n\n@a[0]: 1\n@a[1]: 1\n@a[2]: 1\n@b: 3\n@c: 3\n',
      stderr: 'Attached 2 probes\n',
    })
  })
})

test('a session without END and without maps just ends', async () => {
  const tracer = startCli(['-q', '-e', 'interval:s:100 { printf("never\\n"); }'])
  expect(await eventually(() => hasLinks(tracer.pid), 10_000)).toBe(true)
  tracer.process.kill('SIGINT')
  expect(await tracer.result).toEqual({ code: 0, signal: null, stdout: '\n\n', stderr: '' })
})

test('a session that does not want its maps clears them in END', async () => {
  const tracer = startCli(['-e', 'BEGIN { @ = 1; @prev = 2; } interval:s:100 {} END { clear(@); clear(@prev); }'])
  await tracer.waitFor(/Attached/)
  tracer.process.kill('SIGINT')
  expect(await tracer.result).toMatchObject({ code: 0, stdout: '\n\n' })
})

test.for(SIGNALS)('further signals, %s among them, do not break the end', async (signal) => {
  // An end that takes its time: 4,000 lines from END and as many keys.
  const fill = 'uprobe:PATH:work { @[arg0] = count(); }'.replace('PATH', path())
  const tracer = startCli(['-e', `${fill} END { printf("end\\n"); }`])
  await tracer.waitFor(/Attached/)
  await targets.start('pie').rounds(4000)
  for (let count = 0; count < 20 && tracer.process.exitCode === null; count++) {
    tracer.process.kill(count % 2 === 0 ? 'SIGINT' : signal)
    await sleep(count === 0 ? 0 : 1)
    if (tracer.stdout().includes('@[')) break
  }
  const { code, stdout } = await tracer.result
  expect(code).toBe(0)
  expect(stdout.match(/^@\[\d+\]: 1$/gm)).toHaveLength(4000)
})

describe('a signal while the session starts', () => {
  // The first instants belong to Node, which dies of the signal as any program does; nothing was done by then.
  const isCleanEnd = ({ code, signal }: { code: number | null; signal: string | null }) => code === 0 || signal === 'SIGINT'

  test.for([0, 20, 40, 60, 80, 100, 130, 160, 200, 250])('%i ms after the start', async (delayMs) => {
    const script = `BEGIN { printf("begin\\n"); } uprobe:${path()}:work { @ = count(); } END { printf("end\\n"); }`
    const tracer = startCli(['-c', 'sleep 100', '-e', script])
    await sleep(delayMs)
    tracer.process.kill('SIGINT')
    const end = await tracer.result
    expect(end).toSatisfy(isCleanEnd)
    expect(end.stderr).toMatch(/^(Attached 3 probes\n)?$/)
    expect(end.stdout).toMatch(/^(begin\nend\n\n\n)?$/)
  })

  test('exit() in BEGIN: the command of -c never runs', async () => {
    const tracer = startCli(['-c', 'echo ran', '-e', 'BEGIN { exit(); } interval:s:100 {} END { printf("end\\n"); }'])
    expect(await tracer.result).toMatchObject({ code: 0, stdout: 'end\n\n\n' })
  })
})

describe('exit()', () => {
  test.for<[name: string, script: string, expected: object]>([
    [
      'in BEGIN',
      'BEGIN { printf("a\\n"); if (pid) { exit(); } printf("b\\n"); } interval:s:100 {} END { printf("end\\n"); }',
      { code: 0, stdout: 'a\nend\n\n\n' },
    ],
    ['with a code', 'BEGIN { exit(7); } END { printf("end\\n"); }', { code: 7, stdout: 'end\n\n\n' }],
    ['with a code beyond a byte', 'BEGIN { @ = 300; exit(@); } END { clear(@); }', { code: 44, stdout: '\n\n' }],
    ['in a timer', 'interval:ms:1 { printf("tick\\n"); exit(); } END { printf("end\\n"); }', { code: 0, stdout: 'tick\nend\n\n\n' }],
    ['without a code, after one with', 'BEGIN { exit(7); } END { exit(); }', { code: 0, stdout: '\n\n' }],
    ['in END', 'BEGIN { exit(); } END { printf("end\\n"); exit(3); }', { code: 3, stdout: 'end\n\n\n' }],
  ])('%s', async ([, script, expected]) => {
    expect(await runCli(['-q', '-e', script])).toEqual({ signal: null, stderr: '', ...expected })
  })
})

test('nothing is left in the kernel when the process has ended', async () => {
  const tracer = startCli(['-e', `uprobe:${path()}:work { @ = count(); } END { printf("end\\n"); }`])
  await tracer.waitFor(/Attached/)
  const ids = bpfIdsOf(tracer.pid)
  tracer.process.kill('SIGTERM')
  await once(tracer.process, 'exit')
  await eventually(() => Object.values(remaining(ids)).flat().length === 0, 10_000)
  expect(remaining(ids)).toEqual(NOTHING)
})

/** A tracer that says nothing is attached when it has a link or an event. */
function hasLinks(pid: number): boolean {
  try {
    return bpfIdsOf(pid).LINK.length > 0
  } catch {
    return false
  }
}
