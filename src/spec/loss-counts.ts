/**
 * What a run counts instead of losing it in silence: one layout, added to by the kernel half (`compiler/lowering`) and
 * read by the session.
 */
import type { LoadedMap } from './executor.ts'
import { LOSS_MAP, type MapSpec } from './map-spec.ts'

/** Byte offsets of the two counts (u64) in the only entry of `LOSS_MAP`. */
export const LOSS_OFFSETS = { events: 0, updates: 8 } as const

/** `LOSS_MAP` as every object declares it. */
export const LOSS_MAP_SPEC: MapSpec = { name: LOSS_MAP, kind: 'array', keySize: 4, valueSize: 16, maxEntries: 1 }

/** Counts since the object was loaded. */
export interface LossCounts {
  /** Records that found no room in the ring buffer, and hits that found no scratch memory. */
  readonly events: bigint
  /** Updates of maps that the kernel refused, as a rule because the map was full. */
  readonly updates: bigint
}

/** Reads the counts of `map`, which is `LOSS_MAP`. */
export function readLossCounts(map: LoadedMap): LossCounts {
  const value = map.lookup(new Uint8Array(LOSS_MAP_SPEC.keySize))?.[0]
  if (value === undefined) return { events: 0n, updates: 0n }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  return { events: view.getBigUint64(LOSS_OFFSETS.events, true), updates: view.getBigUint64(LOSS_OFFSETS.updates, true) }
}
