/**
 * Stacks by number: equal stacks get the same one, and a stack whose place is taken by another is refused or takes it
 * (kernel/bpf/stackmap.c).
 */
import type { MapSpec } from '../../spec/map-spec.ts'
import { ERRNO } from '../errno.ts'
import { checkKey } from './check-bytes.ts'
import { MapWithoutEntries } from './map-without-entries.ts'

/** Flags of `bpf_get_stackid` beside the frames to skip. */
const COMPARE_HASH_ONLY = 1 << 9
const REUSE_STACK_ID = 1 << 10

/** A map of kind `stack_trace`. The program fills it by `bpf_get_stackid`; user space reads and deletes. */
export class StackTraceMap extends MapWithoutEntries {
  readonly #stacks = new Map<number, { readonly hash: number; readonly frames: readonly bigint[] }>()

  /** The number of a stack (the innermost frame first), or a negated error number. */
  store(stack: readonly bigint[], flags: number): number {
    const frames = stack.slice(0, this.spec.valueSize / 8)
    if (frames.length === 0) return -ERRNO.EFAULT
    const hash = hashOf(frames)
    const id = hash & (2 ** Math.ceil(Math.log2(this.spec.maxEntries)) - 1)
    const taken = this.#stacks.get(id)
    const same = taken?.hash === hash && ((flags & COMPARE_HASH_ONLY) !== 0 || taken.frames.join() === frames.join())
    if (same) return id
    if (taken !== undefined && (flags & REUSE_STACK_ID) === 0) return -ERRNO.EEXIST
    this.#stacks.set(id, { hash, frames })
    return id
  }

  override lookup(key: Uint8Array): readonly Uint8Array[] | undefined {
    const stack = this.#stacks.get(this.#id(key))
    return stack === undefined ? undefined : [this.#encode(stack.frames)]
  }
  override delete(key: Uint8Array): boolean {
    return this.#stacks.delete(this.#id(key))
  }
  override entries(): readonly { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[] {
    return [...this.#stacks].map(([id, { frames }]) => {
      const key = new Uint8Array(4)
      new DataView(key.buffer).setUint32(0, id, true)
      return { key, values: [this.#encode(frames)] }
    })
  }

  #id(key: Uint8Array): number {
    return new DataView(checkKey(this.spec as MapSpec, key).buffer, key.byteOffset).getUint32(0, true)
  }
  /** What is shorter than the map's stacks is followed by zeros. */
  #encode(frames: readonly bigint[]): Uint8Array {
    const bytes = new Uint8Array(this.spec.valueSize)
    const view = new DataView(bytes.buffer)
    for (const [i, frame] of frames.entries()) view.setBigUint64(i * 8, frame, true)
    return bytes
  }
}

function hashOf(frames: readonly bigint[]): number {
  let hash = frames.length
  for (const frame of frames) {
    hash = Math.imul(hash ^ Number(BigInt.asUintN(32, frame)), 0x85eb_ca6b)
    hash = Math.imul((hash ^ (hash >>> 13)) + Number(BigInt.asUintN(32, frame >> 32n)), 0xc2b2_ae35)
  }
  return (hash ^ (hash >>> 16)) >>> 0
}
