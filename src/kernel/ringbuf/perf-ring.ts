/**
 * Reading the ring of a perf event: a page that says how far the kernel has written and we have read, and records that wrap at the end of
 * the data. Layout: `struct perf_event_mmap_page` and `struct perf_event_header` of include/uapi/linux/perf_event.h.
 */
import type { Fd } from '../sys/fd.ts'
import { mapShared, type SharedRegion } from '../sys/mmap.ts'
import { pageSize } from '../sys/syscall.ts'

const HEAD = 1024
const TAIL = 1032
const HEADER_SIZE = 8

/** A record. */
export interface PerfRecord {
  readonly type: number
  readonly misc: number
  /** What stands behind the header; a copy. */
  readonly body: Uint8Array
}

/** A consumer of the ring of one event. Closing it does not close the event. */
export class PerfRing {
  readonly #region: SharedRegion
  readonly #positions: BigUint64Array
  readonly #data: Uint8Array
  #closed = false

  /** Maps a ring of `pages` pages of data, a power of two. Throws `SyscallError`. */
  constructor(event: Fd, pages: number) {
    const page = pageSize()
    this.#region = mapShared({ fd: event, length: page * (1 + pages), offset: 0, access: 'read-write' })
    this.#positions = new BigUint64Array(this.#region.buffer, 0, page / 8)
    this.#data = new Uint8Array(this.#region.buffer, page, page * pages)
  }

  /** The records that were ready when the call began, oldest first; none of a closed ring. */
  drain(): PerfRecord[] {
    if (this.#closed) return []
    const head = Number(Atomics.load(this.#positions, HEAD / 8))
    let tail = Number(Atomics.load(this.#positions, TAIL / 8))
    const records: PerfRecord[] = []
    while (tail < head) {
      const header = new DataView(this.#copy(tail, HEADER_SIZE).buffer)
      const size = header.getUint16(6, true)
      if (size < HEADER_SIZE) break
      records.push({
        type: header.getUint32(0, true),
        misc: header.getUint16(4, true),
        body: this.#copy(tail + HEADER_SIZE, size - HEADER_SIZE),
      })
      tail += size
    }
    Atomics.store(this.#positions, TAIL / 8, BigInt(head))
    return records
  }

  /** Unmaps the ring. Twice is fine. */
  close(): void {
    this.#closed = true
    this.#region.close()
  }

  #copy(position: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length)
    const at = position % this.#data.length
    const first = this.#data.subarray(at, at + length)
    bytes.set(first)
    bytes.set(this.#data.subarray(0, length - first.length), first.length)
    return bytes
  }
}
