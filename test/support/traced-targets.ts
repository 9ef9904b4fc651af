/**
 * The C targets of a test file: built before its first test, stopped after each, deleted behind the last; and the specs
 * that most tests trace them with.
 */
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { KernelObject } from '../../src/kernel/loader/kernel-object.ts'
import type { AttachPoint, UprobeSite } from '../../src/spec/attach-point.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'
import { counterMap, countRuns, object, program, ringMap, sendRecord, words } from './programs.ts'
import { buildTarget, type RunningTarget, type Target } from './target.ts'

/** The target as an executable that slides (`pie`) or does not. */
export type TargetKind = 'pie' | 'no-pie'

/** The targets of the file that calls it. */
export interface TracedTargets {
  get(kind: TargetKind): Target
  /** Starts one; it is stopped when the test ends. */
  start(kind: TargetKind, mode?: 'spin'): RunningTarget
}

/** Builds both kinds for the tests of this file. */
export function useTargets(): TracedTargets {
  const built = new Map<TargetKind, Target>()
  const running: RunningTarget[] = []
  beforeAll(() => {
    for (const kind of ['pie', 'no-pie'] as const) built.set(kind, buildTarget(kind))
  })
  afterEach(async () => {
    for (const target of running.splice(0)) await target.stop()
  })
  afterAll(() => {
    for (const target of built.values()) target.remove()
  })
  const get = (kind: TargetKind): Target => built.get(kind)!
  const start = (kind: TargetKind, mode?: 'spin'): RunningTarget => {
    const started = get(kind).start(mode)
    running.push(started)
    return started
  }
  return { get, start }
}

/** A uprobe attach point. */
export const uprobe = (path: string, sites: readonly UprobeSite[], more: { pid?: number; return?: boolean } = {}) =>
  ({ kind: 'uprobe', path, sites, return: false, ...more }) as const satisfies AttachPoint

/** Counts hits in the counter `count`. */
export const counting = (point: AttachPoint): ObjectSpec => object([counterMap('count')], [program('kprobe', countRuns(), [point])])

/** Sends a record per hit to the ring buffer `events`. */
export const sending = (point: AttachPoint, values: Parameters<typeof sendRecord>[0]): ObjectSpec =>
  object([ringMap('events'), counterMap('lost')], [program('kprobe', sendRecord(values), [point])])

/** The records that are ready, as words. */
export function drainWords(loaded: KernelObject): readonly (readonly bigint[])[] {
  const records: (readonly bigint[])[] = []
  loaded.drain('events', (record) => void records.push(words(record)))
  return records
}
