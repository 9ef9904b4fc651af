/**
 * What a session has for each part of a program: by kind of part.
 */
import { possibleCpuCount } from '../../kernel/procfs/cpus.ts'
import { brandOf } from './brand.ts'
import type { AggregatePart, ArrayPart, BloomPart, EventsPart, GlobalPart, HashPart, QueuePart } from './parts.ts'
import type { ProbePart } from './probes.ts'
import { type SessionAggregate, sessionAggregate } from './session-aggregates.ts'
import { type EventsAccess, type SessionEvents, sessionEvents } from './session-events.ts'
import { type SessionArray, type SessionHash, sessionArray, sessionHash } from './session-maps.ts'
import { type SessionBloom, type SessionGlobal, type SessionQueue, sessionBloom, sessionGlobal, sessionQueue } from './session-queue.ts'

/** An attached probe. */
export interface SessionProbe {
  /** How it was attached, such as `uprobe_multi` or `perf_event`. */
  readonly how: string
  /** Number of instructions that it is attached to. */
  readonly siteCount: number
}

/** What the session has for a part. */
export type SessionPart<P> =
  P extends ArrayPart<infer T>
    ? SessionArray<T>
    : P extends HashPart<infer K, infer V>
      ? SessionHash<K, V>
      : P extends AggregatePart<infer K, infer R, infer _V>
        ? SessionAggregate<K, R>
        : P extends EventsPart<infer T>
          ? SessionEvents<T>
          : P extends QueuePart<infer T>
            ? SessionQueue<T>
            : P extends BloomPart<infer T>
              ? SessionBloom<T>
              : P extends GlobalPart<infer T>
                ? SessionGlobal<T>
                : P extends ProbePart
                  ? SessionProbe
                  : never

/** The view of a part that holds data. */
export function viewOf(part: object, access: Omit<EventsAccess, 'struct'>): unknown {
  const brand = brandOf(part)
  const { name } = access
  const map = () => access.object().map(name)
  switch (brand?.kind) {
    case 'array':
      return sessionArray({ name, map, value: brand.value, length: brand.maxEntries, copies: copiesOf(brand.storage) })
    case 'hash':
      return sessionHash({ map, key: brand.key, value: brand.value, copies: copiesOf(brand.storage) })
    case 'aggregate':
      return sessionAggregate({ map, key: brand.key, aggregation: brand.aggregation, storage: brand.storage })
    case 'queue':
      return sessionQueue({ map, value: brand.value })
    case 'bloom':
      return sessionBloom({ map, value: brand.value })
    case 'global':
      return sessionGlobal({ map, value: brand.value })
    case 'ringbuf':
      return sessionEvents({ ...access, struct: brand.struct })
    default:
      return undefined
  }
}

function copiesOf(storage: string): number {
  return storage.startsWith('percpu') ? possibleCpuCount() : 1
}
