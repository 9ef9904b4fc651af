/**
 * Listing a map that programs are changing. Batches copy a bucket of the hash at a time and cannot go round; the way by
 * keys, for kernels and kinds without batches, begins again when the key it stands on is deleted, so it is bounded and
 * forgets what it has seen twice.
 */
import { bpf, callName } from '../sys/bpf.ts'
import { BATCH_COUNT_AT, encodeMapBatch, encodeMapElement } from '../sys/bpf-map.ts'
import type { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'
import { readU32 } from '../sys/struct.ts'

/** Sizes of a map as the kernel copies it; `stride` is the bytes of the values of all CPUs. */
export interface MapShape {
  readonly keySize: number
  readonly stride: number
  readonly maxEntries: number
}

/** A key and the bytes of its value (of every CPU's). */
export interface RawEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

const FIRST_BATCH = 1024

/** All entries by batches; `undefined` when the kernel has none for this kind of map. */
export function listByBatch(map: Fd, shape: MapShape): readonly RawEntry[] | undefined {
  const entries: RawEntry[] = []
  let from: Uint8Array | undefined
  for (let count = Math.min(FIRST_BATCH, shape.maxEntries); ; ) {
    const batch = readBatch(map, shape, { from, count })
    if (batch.errno === 'ENOSPC') {
      // One bucket holds more than there was room for.
      count *= 2
      continue
    }
    if (batch.errno === 'EINVAL' || batch.errno === 'ENOTSUPP' || batch.errno === 'EOPNOTSUPP') return undefined
    if (batch.errno !== undefined && batch.errno !== 'ENOENT') throw listingError(map, 'MAP_LOOKUP_BATCH', batch.errno)
    for (const entry of batch.entries) entries.push(entry)
    if (batch.errno === 'ENOENT') return entries
    from = batch.to
  }
}

function readBatch(map: Fd, shape: MapShape, window: { readonly from: Uint8Array | undefined; readonly count: number }) {
  const { keySize, stride } = shape
  const { from, count } = window
  const to = new Uint8Array(Math.max(4, keySize))
  const keys = new Uint8Array(count * keySize)
  const values = new Uint8Array(count * stride)
  const attr = encodeMapBatch({ fd: map.number, from, to, keys, values, count })
  const { errno } = bpf('MAP_LOOKUP_BATCH', attr)
  const got = errno === undefined || errno === 'ENOENT' ? readU32(attr.bytes, BATCH_COUNT_AT) : 0
  const entries = Array.from({ length: got }, (_, i) => ({
    key: keys.slice(i * keySize, (i + 1) * keySize),
    value: values.slice(i * stride, (i + 1) * stride),
  }))
  return { entries, to, errno }
}

/** All entries, one key after another. */
export function listByKeys(map: Fd, shape: MapShape, lookup: (key: Uint8Array) => Uint8Array | undefined): readonly RawEntry[] {
  const seen = new Map<string, RawEntry>()
  let key: Uint8Array | undefined
  for (let steps = 0; steps < shape.maxEntries * 2; steps++) {
    key = nextKey(map, shape, key)
    if (key === undefined) break
    const value = lookup(key)
    if (value !== undefined) seen.set(Buffer.from(key).toString('latin1'), { key, value })
  }
  return [...seen.values()]
}

function nextKey(map: Fd, shape: MapShape, key: Uint8Array | undefined): Uint8Array | undefined {
  const next = new Uint8Array(shape.keySize)
  const { errno } = bpf('MAP_GET_NEXT_KEY', encodeMapElement({ fd: map.number, key, value: next }))
  if (errno === 'ENOENT') return undefined
  if (errno !== undefined) throw listingError(map, 'MAP_GET_NEXT_KEY', errno)
  return next
}

function listingError(map: Fd, command: 'MAP_LOOKUP_BATCH' | 'MAP_GET_NEXT_KEY', errno: string): Error {
  return refusalError({ call: callName(command), errno, doing: `reading ${map.what}` })
}
