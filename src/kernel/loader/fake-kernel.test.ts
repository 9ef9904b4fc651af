/**
 * Exactly which bytes the kernel is asked with, and what is closed again, on a kernel that only remembers.
 */
import { expect, test } from 'vitest'
import { type AskedCall, type AskedMemory, descriptors, onFakeKernel } from '../../../test/support/fake-kernel.ts'
import { counterMap, END, program } from '../../../test/support/programs.ts'
import { fileOffset, virtualOffset } from '../../base/address.ts'
import { PermissionError, SyscallError, UsageError } from '../../base/errors.ts'
import { loadImmediate64 } from '../../format/asm/construct.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import { tryProgram } from '../features/feature.ts'
import type { Features } from '../features/features.ts'
import { attachPoint } from '../links/attach.ts'
import { KernelMap } from '../maps/kernel-map.ts'
import { loadProgram } from '../programs/load-program.ts'
import { Fd } from '../sys/fd.ts'
import { createKernelExecutor } from './kernel-executor.ts'

const everything: Features = { has: () => true, mayHave: () => true, require: () => {} }

/** The non-zero words of a structure, by offset: 4 bytes each. */
function fields(memory: AskedMemory): Record<number, number> {
  const view = new DataView(memory.bytes.buffer)
  const offsets = Array.from({ length: memory.bytes.length / 4 }, (_, i) => i * 4)
  return Object.fromEntries(offsets.flatMap((at) => (view.getUint32(at, true) === 0 ? [] : [[at, view.getUint32(at, true)]])))
}

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1')
const memory = (call: AskedCall | undefined, argument = 1) => call?.args[argument] as AskedMemory

test('BPF_MAP_CREATE: type, sizes, flags and a name that the kernel takes', () => {
  const spec = { name: '@start', kind: 'percpu_hash', keySize: 12, valueSize: 20, maxEntries: 4096, flags: 1 } as const
  const calls = onFakeKernel(descriptors(), () => new KernelMap(spec, everything).close())
  expect(calls.map(({ name, args }) => [name, args[0]])).toEqual([
    ['bpf', 0],
    ['close', 100],
  ])
  expect(calls[0]?.args[2]).toBe(memory(calls[0]).bytes.length)
  expect({ ...fields(memory(calls[0])), name: text(memory(calls[0]).bytes.slice(28, 44)) }).toMatchObject({
    0: 5,
    4: 12,
    8: 20,
    12: 4096,
    16: 1,
    name: `AT_start${'\0'.repeat(8)}`,
  })
})

test('a cgroup map stores the descriptor of its directory at index 0', () => {
  const spec = { name: 'cgroup', kind: 'cgroup_array', keySize: 4, valueSize: 4, maxEntries: 1, cgroupPath: '/' } as const
  const [, update] = onFakeKernel(descriptors(), () => new KernelMap(spec, everything).close())
  expect(update?.args[0]).toBe(2)
  expect(fields(memory(update))).toEqual({ 0: 100 })
  expect([...memory(update).pointers.keys()]).toEqual([8, 16])
  expect(memory(update).pointers.get(8)).toEqual(new Uint8Array(4))
  expect(memory(update).pointers.get(16)?.length).toBe(4)
})

test.for<['uprobe_multi' | 'perf_event', number]>([
  ['uprobe_multi', 48],
  ['perf_event', 0],
])('BPF_PROG_LOAD for uprobes by %s: expected attach type %i, instructions, license, no log', ([uprobes, attachType]) => {
  const point: AttachPoint = { kind: 'uprobe', path: '/x', sites: [], return: false }
  const load = program('kprobe', [loadImmediate64(1, { kind: 'map', map: 'events' }), ...END], [point])
  const [call] = onFakeKernel(descriptors(), () => {
    const resolve = () => ({ pseudo: 1, value: 7n }) as const
    const environment = {
      license: 'GPL',
      resolve,
      uprobes,
      log: 'on-error',
      maySleep: () => true,
      kindOf: () => undefined,
      kernelBtf: () => expect.fail(),
    } as const
    loadProgram({ ...load, name: 'uprobe:/x' }, environment).fd.close()
  })
  const attr = memory(call)
  expect(call?.args[0]).toBe(5)
  expect(fields(attr)).toMatchObject({ 0: 2, 4: 4, ...(attachType === 0 ? {} : { 68: attachType }) })
  expect(new DataView(attr.bytes.buffer).getUint32(68, true)).toBe(attachType)
  expect([...attr.pointers.keys()]).toEqual([8, 16])
  expect(text(attr.pointers.get(16))).toBe('GPL\0')
  expect(text(attr.bytes.slice(48, 64))).toBe(`uprobe__x${'\0'.repeat(7)}`)
  // r1 = map fd 7 in two slots, r0 = 0, exit
  expect(Buffer.from(attr.pointers.get(8)!).toString('hex')).toBe(
    ['1811000007000000', '0000000000000000', 'b700000000000000', '9500000000000000'].join(''),
  )
})

test('BPF_PROG_LOAD that a signal interrupts is asked again, a few times', () => {
  const load = (interrupted: number) => {
    const answer = descriptors()
    let loads = 0
    return onFakeKernel(
      (name, args) => (name === 'bpf' && args[0] === 5 && loads++ < interrupted ? { value: -1, errno: 'EAGAIN' } : answer(name, args)),
      () => tryProgram({ type: 'kprobe', instructions: [] })?.close(),
    ).map(({ name }) => name)
  }
  expect(load(2)).toEqual(['bpf', 'bpf', 'bpf', 'close'])
  expect(load(100)).toEqual(['bpf', 'bpf', 'bpf', 'bpf', 'bpf'])
})

const sites = [
  {
    symbol: 'f',
    offset: fileOffset(0x1139),
    address: virtualOffset(0x401139n),
    placement: 'entry',
    execution: 'single-stepped',
    cookie: 0xffff_0000_0000_0001n,
  },
  {
    symbol: 'g',
    offset: fileOffset(0x1150),
    address: virtualOffset(0x401150n),
    placement: 'entry',
    execution: 'single-stepped',
    cookie: 2n,
  },
] as const

function attachCalls(point: AttachPoint, uprobes: 'uprobe_multi' | 'perf_event' = 'uprobe_multi', features = everything) {
  return onFakeKernel(descriptors(), () => {
    const loaded = new Fd(50, 'program')
    attachPoint({ program: loaded, features, uprobes }, point).close()
    loaded.close()
  })
}

test('BPF_LINK_CREATE of uprobe_multi: path, offsets, cookies, count, return flag, pid', () => {
  const [call, ...rest] = attachCalls({ kind: 'uprobe', path: '/bin/x', sites, return: true, pid: 77 })
  const attr = memory(call)
  expect(call?.args[0]).toBe(28)
  expect(fields(attr)).toEqual({ 0: 50, 8: 48, 48: 2, 52: 1, 56: 77 })
  expect(text(attr.pointers.get(16))).toBe('/bin/x\0')
  expect([...new BigUint64Array(attr.pointers.get(24)!.buffer)]).toEqual([0x1139n, 0x1150n])
  expect([...new BigUint64Array(attr.pointers.get(40)!.buffer)]).toEqual([0xffff_0000_0000_0001n, 2n])
  expect(rest.map(({ name }) => name)).toEqual(['close', 'close'])
})

test('uprobes by perf_event: one event and one link with cookie per site, closed in reverse order', () => {
  const calls = attachCalls({ kind: 'uprobe', path: '/bin/x', sites, return: false, pid: 77 }, 'perf_event')
  expect(calls.map(({ name, args }) => (typeof args[0] === 'number' ? `${name} ${args[0]}` : name))).toEqual([
    ...['perf_event_open', 'bpf 28', 'ioctl 100', 'perf_event_open', 'bpf 28', 'ioctl 102'],
    ...['close 103', 'close 102', 'close 101', 'close 100', 'close 50'],
  ])
  const [event, link] = calls
  expect(event?.args.slice(1)).toEqual([77, -1, -1, 8])
  expect(fields(memory(event, 0))).toMatchObject({ 4: 112, 40: 1, 64: 0x1139 })
  expect(text(memory(event, 0).pointers.get(56))).toBe('/bin/x\0')
  expect(fields(memory(link))).toEqual({ 0: 50, 4: 100, 8: 41, 16: 1, 20: 0xffff_0000 })
})

test('without links of perf events the program is set by ioctl', () => {
  const features: Features = { ...everything, has: (name) => name !== 'perf_event_link' }
  const calls = attachCalls({ kind: 'uprobe', path: '/bin/x', sites: sites.slice(0, 1), return: false }, 'perf_event', features)
  expect(calls.map(({ name }) => name)).toEqual(['perf_event_open', 'ioctl', 'ioctl', 'close', 'close'])
  expect(calls[0]?.args.slice(1)).toEqual([-1, 0, -1, 8])
  expect(calls[1]?.args).toEqual([100, 0x4004_2408, 50])
  expect(calls[2]?.args).toEqual([100, 0x2400, 0])
})

test.for<[name: string, point: AttachPoint, attr: Record<number, number>]>([
  ['a period', { kind: 'interval', timer: { periodNs: 1_000_000_000n } }, { 0: 1, 4: 112, 16: 1_000_000_000, 40: 1 }],
  ['a frequency', { kind: 'interval', timer: { frequencyHz: 99n } }, { 0: 1, 4: 112, 16: 99, 40: 1 | (1 << 10) }],
  [
    'a process',
    { kind: 'profile', timer: { frequencyHz: 99n }, pid: process.pid },
    { 0: 1, 4: 112, 16: 99, 40: 3 | (1 << 10), 44: 1 << 3 },
  ],
])('a timer of %s is a CPU clock event', ([, point, attr]) => {
  const [event] = attachCalls(point)
  expect(event?.name).toBe('perf_event_open')
  expect(fields(memory(event, 0))).toEqual(attr)
})

test('uprobe_multi halves the sites that are refused together, and never asks for one twice', () => {
  const many = Array.from({ length: 8 }, (_, i) => ({ ...sites[0], symbol: `f${i}`, offset: fileOffset(i) }))
  const asked: (readonly number[])[] = []
  let refused: unknown
  onFakeKernel(
    (name, args) => {
      if (name !== 'bpf') return { value: 0 }
      const { keep } = args[1] as { keep: readonly { at: number; target: Uint8Array }[] }
      const offsets = [...new BigUint64Array(keep.find(({ at }) => at === 24)!.target.buffer)].map(Number)
      asked.push(offsets)
      return offsets.includes(5) ? { value: -1, errno: 'ENOTSUPP' } : { value: 100 + asked.length }
    },
    () => {
      const loaded = new Fd(50, 'program')
      const link = attachPoint(
        { program: loaded, features: everything, uprobes: 'uprobe_multi' },
        { kind: 'uprobe', path: '/x', sites: many, return: false },
      )
      expect(link.siteCount).toBe(7)
      refused = link.refused
      link.close()
      loaded.close()
    },
  )
  expect(refused).toEqual([expect.objectContaining({ symbol: 'f5' })])
  expect(asked).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [6, 7]])
})

test('what was opened is closed when a later step is refused', () => {
  let links = 0
  const answer = descriptors()
  const calls = onFakeKernel(
    (name, args) => (name === 'bpf' && ++links === 2 ? { value: -1, errno: 'EINVAL' } : answer(name, args)),
    () => {
      const loaded = new Fd(50, 'program')
      const point: AttachPoint = { kind: 'uprobe', path: '/bin/sh', sites, return: false }
      expect(() => attachPoint({ program: loaded, features: everything, uprobes: 'perf_event' }, point)).toThrow(SyscallError)
      loaded.close()
    },
  )
  expect(calls.filter(({ name }) => name === 'close').map(({ args }) => args[0])).toEqual([102, 101, 100, 50])
})

test('EPERM is a missing capability, or says that something else forbids it', () => {
  const refuse = () =>
    onFakeKernel(
      () => ({ value: -1, errno: 'EPERM' }),
      () => new KernelMap(counterMap('count'), everything),
    )
  const isRoot = process.getuid?.() === 0
  expect(refuse).toThrow(isRoot ? SyscallError : PermissionError)
  if (isRoot) expect(refuse).toThrow(expect.objectContaining({ remedy: expect.stringContaining('something else forbids it') }))
})

test('making an executor asks nothing of the kernel', () => {
  const calls = onFakeKernel(descriptors(), () => void createKernelExecutor({ disabledFeatures: ['uprobe_multi'] }))
  expect(calls).toEqual([])
})

test('an unknown feature to leave out is a mistake that lists the known ones', () => {
  expect(() => createKernelExecutor({ disabledFeatures: ['uprobe-multi'] })).toThrow(UsageError)
  expect(() => createKernelExecutor({ disabledFeatures: ['uprobe-multi'] })).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining('uprobe_multi, sleepable_uprobe') }),
  )
})
