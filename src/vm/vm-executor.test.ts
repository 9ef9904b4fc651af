import { describe, expect, it } from 'vitest'
import { sourceText } from '../base/source-text.ts'
import { assemble } from '../format/asm/assemble.ts'
import type { AttachPoint, Timer } from '../spec/attach-point.ts'
import type { ObjectSpec } from '../spec/object-spec.ts'
import type { ProgramSpec } from '../spec/program-spec.ts'
import { createVmExecutor } from './vm-executor.ts'

const program = (name: string, code: string): ProgramSpec => ({
  name,
  type: 'raw_tracepoint',
  instructions: assemble(code),
  attach: [],
  source: sourceText('test', code),
})
const OBJECT: ObjectSpec = {
  license: 'GPL',
  maps: [{ name: 'count', kind: 'array', keySize: 4, valueSize: 8, maxEntries: 1 }],
  programs: [
    program('count', 'r1 = map[count][0]+0\nr2 = 1\nlock *(u64 *)(r1 +0) += r2\nr0 = -5\nexit'),
    program('context', 'r0 = *(u64 *)(r1 +0)\nr1 = constant[x]\nr0 += r1\nexit'),
  ],
  records: [],
  sites: new Map(),
}
const load = (every?: (timer: Timer, tick: () => void) => () => void) =>
  createVmExecutor(every === undefined ? {} : { every }).load(OBJECT, { constants: new Map([['x', 100n]]) })
const count = (object: ReturnType<typeof load>) =>
  new BigUint64Array(Uint8Array.from(object.map('count').lookup(new Uint8Array(4))?.[0] ?? []).buffer)[0]

describe('a loaded object', () => {
  it('runs programs, with a signed answer, and fires them with a context', () => {
    const object = load()
    expect(object.run('count')).toBe(-5)
    expect(object.lastRun).toEqual({ instructions: 5, helperCalls: 0 })
    expect(object.fire('context', new Uint8Array(BigUint64Array.of(7n).buffer))).toBe(107n)
    expect(object.run('context')).toBe(100)
    expect(count(object)).toBe(1n)
  })
  it('runs intervals by the timer of the embedder, until they are detached', () => {
    const ticks: (() => void)[] = []
    const object = load((timer, tick) => {
      expect(timer).toEqual({ periodNs: 5n })
      ticks.push(tick)
      return () => void ticks.pop()
    })
    const link = object.attach('count', { kind: 'interval', timer: { periodNs: 5n } })
    for (const tick of [...ticks, ...ticks, ...ticks]) tick()
    expect(count(object)).toBe(3n)
    link.close()
    link.close()
    expect(ticks).toEqual([])
    object.attach('count', { kind: 'interval', timer: { periodNs: 5n } })
    object.close()
    expect(ticks).toEqual([])
  })
  it('refuses what only a kernel has, and says what it runs', () => {
    const points: AttachPoint[] = [
      { kind: 'uprobe', path: '/bin/x', sites: [], return: false },
      { kind: 'tracepoint', category: 'sched', event: 'sched_switch' },
      { kind: 'profile', timer: { frequencyHz: 99n } },
    ]
    for (const point of points) expect(() => load().attach('count', point)).toThrow(/BEGIN, END, interval and test probes/)
  })
  it('is of no use after it was closed', () => {
    const object = load()
    object.close()
    object.close()
    expect(() => object.run('count')).toThrow(/closed/)
    expect(() => object.map('count')).toThrow(/closed/)
  })
})
