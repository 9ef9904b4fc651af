/**
 * Kinds of probe, and what their context says, on the kernel. Probes of the kernel are held to a process of the test's own.
 */
import { execFileSync } from 'node:child_process'
import {
  array,
  hash,
  interval,
  type ProbeContext,
  ProgramError,
  profile,
  random,
  rawTracepoint,
  ringbuf,
  type Session,
  simulate,
  string,
  struct,
  trace,
  tracepoint,
  UsageError,
  u32,
  u64,
  uprobe,
  uretprobe,
  user,
  VerifierError,
} from 'borescope'
import { beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'

beforeEach((context) => needs(context, 'root', { command: 'gcc' }))
const target = useRunningTarget('no-pie')

const OWN = process.pid

describe('the context', () => {
  it('says who hit the probe', async () => {
    const who = ringbuf(struct({ pid: u32, tid: u32, uid: u32, gid: u32, comm: string(16), cgroup: u64, at: u64, ip: u64, dice: u32 }))
    const probe = uprobe(target.path, 'work', ({ pid, tid, uid, gid, comm, cgroup, nsecs, register }) => {
      who.emit({ pid, tid, uid, gid, comm, cgroup, at: nsecs, ip: register('ip'), dice: random() })
    })
    await using session = await trace({ who, probe })
    await target.rounds(2)
    const events = session.who.take()
    expect(events).toHaveLength(2)
    const [first, second] = events
    expect(first).toMatchObject({ pid: target.pid, tid: target.pid, uid: process.getuid?.(), gid: process.getgid?.() })
    expect(target.path).toContain(first?.comm)
    expect(first?.ip).toBe(second?.ip)
    expect(first?.dice).not.toBe(second?.dice)
    expect(second!.at).toBeGreaterThan(first!.at)
  })
})

describe('tracepoints', () => {
  it('have the fields of their format, as numbers, bigints and texts', async () => {
    const execs = ringbuf(struct({ pid: u32, filename: string(64), comm: string(16), parent: u32 }))
    const exec = tracepoint<{ pid: number; filename: string }>('sched:sched_process_exec', (ctx) => {
      execs.emit({ pid: ctx.args.pid, filename: ctx.args.filename, comm: ctx.comm, parent: 0 })
    })
    await using session = await trace({ execs, exec })
    execFileSync('/bin/true')
    const found = session.execs.take().filter(({ filename }) => filename === '/bin/true')
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ comm: 'true' })
  })

  it('are held to a process', async () => {
    const opened = hash(string(64), u64)
    const open = tracepoint(
      'syscalls:sys_enter_openat',
      (ctx) => {
        const name = user.string(ctx.args.filename, 64)
        if (name?.startsWith('/proc/self/')) opened.set(name, (opened.get(name) ?? 0n) + 1n)
      },
      { pid: OWN },
    )
    await using session = await trace({ opened, open })
    const { readFileSync } = await import('node:fs')
    readFileSync('/proc/self/loginuid')
    readFileSync('/proc/self/loginuid')
    execFileSync('cat', ['/proc/self/oom_score'])
    expect(session.opened.entries()).toEqual([['/proc/self/loginuid', 2n]])
  })

  it('a field that there is not is marked, with the nearest', async () => {
    const out = array(u64, 1)
    const probe = tracepoint('sched:sched_process_exec', (ctx) => out.set(0, BigInt(ctx.args.pidd)))
    const failure = await trace({ out, probe }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ProgramError)
    expect((failure as ProgramError).diagnostics[0]).toMatchObject({ code: 'unknown-member', hint: 'did you mean pid?' })
  })

  it('that do not exist are refused with the nearest', async () => {
    const probe = tracepoint('sched:sched_process_exe', () => {})
    await expect(trace({ probe })).rejects.toThrow(UsageError)
    await expect(trace({ probe })).rejects.toThrow(/there is no tracepoint sched:sched_process_exe/)
  })
})

it('raw tracepoints have what they are called with', async () => {
  const calls = hash(u64, u64)
  const enter = rawTracepoint<{ id: bigint }>(
    'sys_enter',
    (ctx) => {
      calls.set(ctx.args.id, (calls.get(ctx.args.id) ?? 0n) + (ctx.arg(1) === ctx.args.id ? 1n : 1000n))
    },
    { pid: OWN },
  )
  await using session = await trace({ calls, enter })
  const before = session.calls.get(110n) ?? 0n
  for (let i = 0; i < 3; i++) expect(process.ppid).toBeGreaterThan(0)
  // The number of getppid(2) on x86-64.
  expect(session.calls.get(110n)).toBe(before + 3n)
})

it('intervals come on one CPU, and profiles follow a process', async () => {
  const ticks = array(u64, 2)
  const every = interval({ ms: 5 }, () => ticks.set(0, ticks.get(0) + 1n))
  const sampled = profile({ hz: 500 }, (ctx) => ticks.set(1, ticks.get(1) + (ctx.register('ip') === 0n ? 0n : 1n)), { pid: OWN })
  await using session = await trace({ ticks, every, sampled })
  const grown = () => {
    for (const end = performance.now() + 20; performance.now() < end; );
    return session.ticks.get(0) > 3n && session.ticks.get(1) > 3n
  }
  expect(await eventually(grown, 10_000)).toBe(true)
})

it('entry and return, by thread', async () => {
  const starts = hash(u32, u64)
  const spent = array(u64, 2)
  const enter = uprobe(target.path, 'work', (ctx) => starts.set(ctx.tid, ctx.nsecs))
  const leave = uretprobe(target.path, 'work', ({ tid, nsecs }) => {
    const start = starts.get(tid)
    if (start === undefined) return
    spent.set(0, spent.get(0) + 1n)
    spent.set(1, spent.get(1) + (nsecs - start))
    starts.delete(tid)
  })
  await using session = await trace({ starts, spent, enter, leave })
  await target.rounds(5)
  expect(session.spent.get(0)).toBe(5n)
  expect(session.spent.get(1)).toBeGreaterThan(0n)
  expect(session.starts.size).toBe(0)
})

describe('user.write', () => {
  const parts = () => {
    const done = array(u64, 1)
    const probe = uprobe(target.path, 'work', (ctx: ProbeContext) => {
      if (user.write(u64, ctx.register('sp') - 256n, 7n)) done.set(0, user.read(u64, ctx.register('sp') - 256n) ?? 0n)
    })
    return { done, probe }
  }
  it('writes where the program allows it and the kernel has it', async () => {
    const session = await trace(parts(), { unsafe: true }).catch((error: unknown) => error)
    // Kernels that are locked down, and some virtual machines, have no such helper for anybody.
    if (session instanceof VerifierError) return expect(session.message).toContain('bpf_probe_write_user')
    const { done, close } = session as Session<ReturnType<typeof parts>>
    await target.rounds(1)
    expect(done.get(0)).toBe(7n)
    await close()
  })
  it('writes in a simulation', () => {
    const memory = new Map<bigint, Uint8Array>()
    const simulation = simulate(parts(), {
      memory: (address) => memory.get(address as bigint),
      write: (address, bytes) => memory.set(address as bigint, bytes) === memory,
    })
    simulation.fire('probe', { registers: { sp: 4096n } })
    expect(simulation.get('done', 0)).toBe(7n)
  })
  it('is refused elsewhere', async () => {
    const failure = await trace(parts()).catch((error: unknown) => error)
    expect((failure as ProgramError).diagnostics[0]).toMatchObject({ code: 'unsafe' })
  })
})

it('a context of one kind has not what another has', async () => {
  const out = array(u64, 1)
  const wrong = interval({ s: 1 }, (ctx) => out.set(0, (ctx as unknown as ProbeContext).arg(0)))
  const failure = await trace({ out, wrong }).catch((error: unknown) => error)
  expect((failure as ProgramError).diagnostics[0]).toMatchObject({ code: 'no-arguments' })
})
