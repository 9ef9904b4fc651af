/**
 * The array of perf events that `bpf_perf_event_output` writes records to: one buffer per CPU, all of them open, read as one queue.
 */
import type { MapSpec } from '../../spec/map-spec.ts'
import { ERRNO } from '../errno.ts'
import { MapWithoutEntries } from './map-without-entries.ts'
import type { RecordSource } from './record-source.ts'
import type { MapHome } from './vm-map.ts'

/** Bytes of records that wait to be read; more are lost, as in a ring of so many pages. */
const ROOM = 1 << 20

/** A map of kind `perf_event_array`. */
export class PerfEventArrayMap extends MapWithoutEntries implements RecordSource {
  readonly #home: MapHome
  readonly #records: Uint8Array[] = []
  #waiting = 0

  constructor(spec: MapSpec, home: MapHome) {
    super(spec)
    this.#home = home
  }

  /** Appends a record from linear memory to the buffer of a CPU. 0, or a negated error number. */
  output(cpu: number, from: number, size: number): number {
    if (cpu >= this.spec.maxEntries) return -ERRNO.E2BIG
    if (cpu >= this.#home.cpuCount) return -ERRNO.ENOENT
    if (this.#waiting + size > ROOM) return -ERRNO.ENOSPC
    this.#waiting += size
    this.#records.push(this.#home.memory.bytes.slice(from, from + size))
    return 0
  }

  drain(onRecord: (record: Uint8Array) => boolean | void): number {
    let count = 0
    for (let record = this.#records.shift(); record !== undefined; record = this.#records.shift()) {
      this.#waiting -= record.length
      count++
      if (onRecord(record) === false) break
    }
    return count
  }
}
