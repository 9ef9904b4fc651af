/**
 * The ring buffer: records in the order of their reservation, handed over once they are submitted. Room is counted as the kernel
 * does (kernel/bpf/ringbuf.c): a header of 8 bytes, sizes rounded up to 8, and one byte that always stays free.
 */
import type { MapSpec } from '../../spec/map-spec.ts'
import { addressOf } from '../memory/layout.ts'
import { MapWithoutEntries } from './map-without-entries.ts'
import type { RecordSource } from './record-source.ts'
import type { MapHome } from './vm-map.ts'

const HEADER = 8

interface Reservation {
  /** Undefined once it was submitted or discarded. */
  region: number | undefined
  readonly at: number
  readonly size: number
  readonly length: number
  /** The bytes, once submitted. */
  record: Uint8Array | undefined
}

/** A map of kind `ringbuf`. */
export class RingBufferMap extends MapWithoutEntries implements RecordSource {
  readonly #home: MapHome
  /** Pieces of memory that are free again, by their size: a record is copied out when it is submitted, so that few are needed. */
  readonly #free = new Map<number, number[]>()
  readonly #reservations: Reservation[] = []
  readonly #byAddress = new Map<number, Reservation>()
  #produced = 0
  #consumed = 0

  constructor(spec: MapSpec, home: MapHome) {
    super(spec)
    this.#home = home
  }

  /** Address of `size` bytes to fill; 0 when there is no room. */
  reserve(size: number): number {
    const length = Math.ceil((size + HEADER) / 8) * 8
    if (length > this.spec.maxEntries || this.used + length >= this.spec.maxEntries) return 0
    const at = this.#free.get(pieceSize(size))?.pop() ?? this.#home.memory.allocate(pieceSize(size))
    const region = this.#home.regions.open({ base: at, size, what: `a record of map ${this.spec.name}` })
    const reservation: Reservation = { region, at, size, length, record: undefined }
    this.#produced += length
    this.#reservations.push(reservation)
    this.#byAddress.set(addressOf(region), reservation)
    return addressOf(region)
  }
  /** Ends the reservation at an address, which must be its start. False when there is none. */
  finish(address: number, how: 'submit' | 'discard'): boolean {
    const reservation = this.#byAddress.get(address)
    if (reservation?.region === undefined) return false
    const { at, size, region } = reservation
    this.#release(at, size)
    if (how === 'submit') reservation.record = this.#home.memory.bytes.slice(at, at + size)
    this.#home.regions.close(region)
    this.#byAddress.delete(address)
    reservation.region = undefined
    return true
  }
  /** What is in the piece stays there until another record is written. */
  #release(at: number, size: number): void {
    const pieces = this.#free.get(pieceSize(size)) ?? []
    pieces.push(at)
    this.#free.set(pieceSize(size), pieces)
  }
  /** Appends a record from linear memory; false when there is no room. */
  output(from: number, size: number): boolean {
    const address = this.reserve(size)
    if (address === 0) return false
    this.#home.memory.bytes.copyWithin(this.#byAddress.get(address)?.at ?? 0, from, from + size)
    return this.finish(address, 'submit')
  }
  /** Bytes between consumer and producer, and their positions, for `bpf_ringbuf_query`. */
  get used(): number {
    return this.#produced - this.#consumed
  }
  get positions(): { readonly consumer: number; readonly producer: number } {
    return { consumer: this.#consumed, producer: this.#produced }
  }
  /** Reservations that were neither submitted nor discarded. */
  get open(): number {
    return this.#byAddress.size
  }

  /** Hands over what is ready, the oldest first, up to the first reservation that is not finished; see `LoadedObject.drain`. */
  drain(onRecord: (record: Uint8Array) => boolean | void): number {
    let count = 0
    for (let next = this.#reservations[0]; next !== undefined && next.region === undefined; next = this.#reservations[0]) {
      this.#reservations.shift()
      this.#consumed += next.length
      if (next.record === undefined) continue
      count++
      if (onRecord(next.record) === false) break
    }
    return count
  }
}

/** Sizes of pieces are powers of two. */
const pieceSize = (size: number): number => 2 ** Math.ceil(Math.log2(Math.max(8, size)))
