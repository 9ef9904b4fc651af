/**
 * What user space reads records from: ring buffers and arrays of perf events.
 */
import type { VmMap } from './vm-map.ts'

/** A map with records. */
export interface RecordSource extends VmMap {
  /** Hands over what is ready, the oldest first; see `LoadedObject.drain`. */
  drain(onRecord: (record: Uint8Array) => boolean | void): number
}

/** True for the kinds of map that have records. */
export function isRecordSource(map: VmMap): map is RecordSource {
  return 'drain' in map
}
