/**
 * Features of maps: kinds and flags that came after the first ones.
 */
import { bpf, callName } from '../sys/bpf.ts'
import { encodeMapBatch, encodeMapCreate, type MapCreate } from '../sys/bpf-map.ts'
import { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'
import { pageSize } from '../sys/syscall.ts'
import { type Feature, withTrial } from './feature.ts'

/** `enum bpf_map_type`. */
const TYPE = { hash: 1, array: 2, ringbuf: 27 } as const
const MMAPABLE = 0x400

function tryMap(map: Omit<MapCreate, 'name'>): Fd | undefined {
  const { value, errno } = bpf('MAP_CREATE', encodeMapCreate({ ...map, name: 'probe' }))
  if (errno === 'EPERM') throw refusalError({ call: callName('MAP_CREATE'), errno, doing: 'tracing' })
  return errno === undefined ? new Fd(value, 'trial map') : undefined
}

/** BPF_MAP_TYPE_RINGBUF. @kernel 5.8 */
export const RING_BUFFER: Feature = {
  title: 'BPF ring buffers',
  since: '5.8',
  probe: () => withTrial(tryMap({ type: TYPE.ringbuf, keySize: 0, valueSize: 0, maxEntries: pageSize(), flags: 0 }), () => true),
}

/** BPF_F_MMAPABLE. @kernel 5.5 */
export const MAPPABLE_ARRAY: Feature = {
  title: 'arrays shared with user space',
  since: '5.5',
  probe: () => withTrial(tryMap({ type: TYPE.array, keySize: 4, valueSize: 8, maxEntries: 1, flags: MMAPABLE }), () => true),
}

/** BPF_MAP_LOOKUP_BATCH. @kernel 5.6 */
export const MAP_BATCH: Feature = {
  title: 'reading maps in batches',
  since: '5.6',
  probe: () =>
    withTrial(tryMap({ type: TYPE.hash, keySize: 4, valueSize: 8, maxEntries: 1, flags: 0 }), (map) => {
      const room = { to: new Uint8Array(4), keys: new Uint8Array(4), values: new Uint8Array(8), count: 1 }
      // An empty map answers ENOENT: there is no next batch.
      return bpf('MAP_LOOKUP_BATCH', encodeMapBatch({ fd: map.number, ...room })).errno === 'ENOENT'
    }),
}
