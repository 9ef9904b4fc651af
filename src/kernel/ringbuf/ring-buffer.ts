/**
 * Reading a BPF ring buffer: two positions that only grow, and data, mapped once: the kernel would map it twice in a row, so that no
 * record wraps, but a process then is charged for twice the memory. The one record at the end is copied. Follows Documentation/bpf/ringbuf.rst and kernel/bpf/ringbuf.c. Nobody waits here.
 */
import { ClosedError, UsageError } from '../../base/errors.ts'
import { closeAll, type Fd } from '../sys/fd.ts'
import { mapShared, type SharedRegion } from '../sys/mmap.ts'
import { pageSize } from '../sys/syscall.ts'

const HEADER_SIZE = 8
/** Reserved and not yet submitted: everything behind it waits. */
const BUSY = 0x8000_0000
/** Submitted as nothing. */
const DISCARDED = 0x4000_0000
const LENGTH_MASK = 0x3fff_ffff
/** Space goes back to the kernel each time that this part of the ring has been read, so that writers do not starve. */
const GIVE_BACK_PARTS = 8

/** Takes a record as a place in the data of the ring: `length` bytes from `at` on. Answers `false` to end. */
type RecordVisitor = (data: DataView, at: number, length: number) => boolean | void

/** A consumer of one ring buffer of `size` bytes. Closing it does not close the map. */
export class RingBuffer {
  readonly #what: string
  readonly #size: number
  readonly #regions: readonly SharedRegion[]
  readonly #consumer: BigUint64Array
  readonly #producer: BigUint64Array
  readonly #headers: Int32Array
  readonly #data: DataView
  #position: number
  /** Where the position lies in the data: below the size, which keeps the arithmetic on small integers. */
  #at: number
  #state: 'idle' | 'draining' | 'closed' = 'idle'

  /** Maps the buffer. Throws `SyscallError`. */
  constructor(fd: Fd, size: number) {
    const page = pageSize()
    const consumer = mapShared({ fd, length: page, offset: 0, access: 'read-write' })
    const producer = mapProducer(fd, { length: page + size, offset: page, consumer })
    this.#what = fd.what
    this.#size = size
    this.#regions = [consumer, producer]
    this.#consumer = new BigUint64Array(consumer.buffer, 0, 1)
    this.#producer = new BigUint64Array(producer.buffer, 0, 1)
    this.#headers = new Int32Array(producer.buffer, page, size / 4)
    this.#data = new DataView(producer.buffer, page, size)
    this.#position = Number(Atomics.load(this.#consumer, 0))
    this.#at = this.#position % size
  }

  /**
   * Hands over the records that were ready when the call began, oldest first; answers how many. `record` is only valid
   * during the call of `onRecord`. Stops after a record for which `onRecord` answers `false`.
   */
  drain(onRecord: (record: Uint8Array) => boolean | void): number {
    // A new view takes half the time of `subarray`, which looks for a species first.
    return this.visit((data, at, length) => onRecord(new Uint8Array(data.buffer, data.byteOffset + at, length)))
  }

  /** As `drain`, without an object per record. */
  visit(onRecord: RecordVisitor): number {
    if (this.#state === 'closed') throw new ClosedError(this.#what)
    if (this.#state === 'draining') throw new UsageError(`${this.#what} is being drained already`)
    this.#state = 'draining'
    try {
      return this.#visitUntil(Number(Atomics.load(this.#producer, 0)), onRecord)
    } finally {
      this.#giveBack()
      // `onRecord` may have closed the buffer.
      if ((this.#state as string) === 'draining') this.#state = 'idle'
    }
  }

  /** Unmaps the buffer. Twice is fine. */
  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    closeAll(this.#regions)
  }

  #visitUntil(end: number, onRecord: RecordVisitor): number {
    let count = 0
    let given = this.#position
    while (this.#position < end && (this.#state as string) === 'draining') {
      const at = this.#at
      const header = Atomics.load(this.#headers, at >> 2)
      if ((header & BUSY) !== 0) break
      const length = header & LENGTH_MASK
      this.#advance((length + HEADER_SIZE + 7) & ~7)
      if ((header & DISCARDED) !== 0) continue
      count++
      if (this.#show(onRecord, (at + HEADER_SIZE) % this.#size, length) === false) break
      if (this.#position - given < this.#size / GIVE_BACK_PARTS) continue
      this.#giveBack()
      given = this.#position
    }
    return count
  }

  #show(onRecord: RecordVisitor, start: number, length: number): boolean | void {
    const before = this.#size - start
    if (length <= before) return onRecord(this.#data, start, length)
    const copy = new Uint8Array(length)
    const { buffer, byteOffset } = this.#data
    copy.set(new Uint8Array(buffer, byteOffset + start, before))
    copy.set(new Uint8Array(buffer, byteOffset, length - before), before)
    return onRecord(new DataView(copy.buffer), 0, length)
  }

  #advance(bytes: number): void {
    this.#position += bytes
    this.#at = (this.#at + bytes) % this.#size
  }

  /** Tells writers how far everything has been read. A closed buffer has nobody to tell. */
  #giveBack(): void {
    if (this.#state !== 'closed') Atomics.store(this.#consumer, 0, BigInt(this.#position))
  }
}

function mapProducer(fd: Fd, request: { readonly length: number; readonly offset: number; readonly consumer: SharedRegion }): SharedRegion {
  try {
    return mapShared({ fd, length: request.length, offset: request.offset, access: 'read' })
  } catch (error) {
    request.consumer.close()
    throw error
  }
}
