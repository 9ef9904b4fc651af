/**
 * The life of a loaded object on the real kernel: nothing stays when loading fails, when it is closed, or when the tracer
 * is killed; who may not trace is told which capability is missing.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClosedError, InternalError, SyscallError } from '../../src/base/errors.ts'
import { exit } from '../../src/format/asm/construct.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { listIds } from '../../src/kernel/sys/bpf.ts'
import { liveFds } from '../../src/kernel/sys/fd.ts'
import { tracingFds, watchFdLeaks } from '../support/fd-leaks.ts'
import { eventually, UPROBE_WAYS } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { counterMap, countRuns, object, program, ringMap } from '../support/programs.ts'
import { bpfIdsOf } from '../support/session-target.ts'
import { buildTarget, type Target } from '../support/target.ts'

watchFdLeaks()

const TRACER = fileURLToPath(new URL('../support/tracer-child.ts', import.meta.url))
const NO_CONSTANTS = { constants: new Map<string, bigint>() }

let target: Target
beforeAll(() => {
  target = buildTarget('pie')
})
afterAll(() => target.remove())

/** Starts a tracer of the target's `work`; answers it and the line that it says. */
async function startTracer(disabledFeatures: readonly string[], wrapper: readonly string[] = []) {
  const node = [process.execPath, '--import', 'tsx', TRACER, target.path, String(target.site('work').offset)]
  const [command = '', ...args] = [...wrapper, ...node, ...disabledFeatures]
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the tracer ended with ${code} before it said anything`)
  })
  ended.catch(() => {})
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), ended])) as [string]
  return { child, said: JSON.parse(line) as Record<string, unknown> }
}

test('closing gives back everything, in any state, twice', (context) => {
  needs(context, 'root')
  const point = { kind: 'uprobe', path: target.path, sites: [target.site('work')], return: false } as const
  const spec = object([counterMap('count'), ringMap('events')], [program('kprobe', countRuns(), [point])])
  const loaded = createKernelExecutor().load(spec, NO_CONSTANTS)
  loaded.drain('events', () => {})
  const link = loaded.attach('test', point)
  const map = loaded.map('count')
  loaded.close()
  loaded.close()
  link.close()
  expect(liveFds()).toEqual([])
  for (const use of [
    () => loaded.map('count'),
    () => loaded.attach('test', point),
    () => loaded.run('test'),
    () => loaded.drain('events', () => {}),
    () => loaded.programInfo('test'),
    () => map.lookup(new Uint8Array(4)),
  ])
    expect(use).toThrow(ClosedError)
})

test.for([
  ['a map', object([counterMap('count'), { ...counterMap('bad'), maxEntries: 0 }], [])],
  [
    'a program',
    object([counterMap('count'), ringMap('events')], [program('kprobe', countRuns()), { ...program('kprobe', [exit()]), name: 'bad' }]),
  ],
] as const)('nothing stays open when %s is refused', ([, spec], context) => {
  needs(context, 'root')
  const before = tracingFds()
  expect(() => createKernelExecutor().load(spec, NO_CONSTANTS)).toThrow(/bad/)
  expect(tracingFds()).toEqual(before)
})

test('names that the object does not have are our own mistakes', (context) => {
  needs(context, 'root')
  const loaded = createKernelExecutor().load(object([], []), NO_CONSTANTS)
  expect(() => loaded.map('nothing')).toThrow(InternalError)
  expect(() => loaded.run('nothing')).toThrow(InternalError)
  loaded.close()
})

test('a program of a kind that cannot be run says so', (context) => {
  needs(context, 'root')
  const loaded = createKernelExecutor().load(object([counterMap('count')], [program('kprobe', countRuns())]), NO_CONSTANTS)
  expect(() => loaded.run('test')).toThrow(SyscallError)
  loaded.close()
})

describe.each(UPROBE_WAYS)('with $way', ({ disabledFeatures }) => {
  test('kill -9 of the tracer leaves no program, map or link behind', async (context) => {
    needs(context, 'root', { command: 'gcc' })
    const { child, said } = await startTracer(disabledFeatures)
    expect(said).toEqual({ attached: 1 })
    const ids = bpfIdsOf(child.pid!)
    for (const kind of ['PROG', 'MAP', 'LINK'] as const) expect(listIds(kind)).toEqual(expect.arrayContaining([...ids[kind]]))
    expect([ids.PROG.length, ids.MAP.length, ids.LINK.length]).toEqual([1, 2, 1])
    child.kill('SIGKILL')
    await once(child, 'exit')
    const isGone = () => (['PROG', 'MAP', 'LINK'] as const).every((kind) => !listIds(kind).some((id) => ids[kind].includes(id)))
    expect(await eventually(isGone, 5000)).toBe(true)
  })
})

test.for<[name: string, capabilities: string, disabledFeatures: string[], said: Record<string, unknown>]>([
  ['nothing', '-all', [], { missing: ['CAP_BPF', 'CAP_PERFMON'], remedy: expect.stringContaining('run as root') }],
  ['CAP_BPF alone', '+bpf', [], { missing: ['CAP_PERFMON'] }],
  ['CAP_PERFMON alone', '+perfmon', [], { missing: ['CAP_BPF'] }],
  ['CAP_BPF and CAP_PERFMON, with uprobe_multi', '+bpf,+perfmon', [], { attached: 1 }],
  ['CAP_BPF and CAP_PERFMON, without', '+bpf,+perfmon', ['uprobe_multi'], { missing: ['CAP_SYS_ADMIN'] }],
  ['CAP_SYS_ADMIN', '+sys_admin', ['uprobe_multi'], { attached: 1 }],
])('a user with %s can trace, or is told what is missing', async ([, capabilities, disabledFeatures, said], context) => {
  needs(context, 'root', { command: 'gcc' }, { command: 'setpriv' }, { feature: 'uprobe_multi' })
  chmodSync(dirname(target.path), 0o755)
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', `--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`]
  const tracer = await startTracer(disabledFeatures, ['setpriv', ...nobody])
  tracer.child.kill('SIGKILL')
  await once(tracer.child, 'exit')
  expect(tracer.said).toMatchObject(said)
})
