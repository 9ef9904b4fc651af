/**
 * A profile in the form of pprof (google/pprof, proto/profile.proto), encoded by the package `pprof-format`, which is loaded when
 * the first profile is written. Every frame becomes a location of its address with the function's name in it, so that
 * readers need not find the binary again.
 */
import type { Line, StringTable } from 'pprof-format'
import { fromByteString } from '../../spec/byte-string.ts'
import type { Profile, Sample } from '../../spec/profile.ts'
import type { Frame } from '../../spec/value.ts'

/** When the profile was taken. */
export interface ProfileTime {
  /** Nanoseconds since 1970 at its end. */
  readonly endNs: bigint
  readonly durationNs: bigint
}

/** The bytes of the profile, not compressed; files of pprof are usually gzipped, and readers take both. */
export async function toPprof(profile: Profile, time?: ProfileTime): Promise<Uint8Array> {
  const format = await import('pprof-format')
  const strings = new format.StringTable()
  const table = new FrameTable(strings)
  const valueTypes = profile.valueTypes.map(({ type, unit }) => ({ type: text(strings, type), unit: text(strings, unit) }))
  const samples = profile.samples.map((sample) => ({
    locationId: sample.frames.map((frame) => table.locationOf(frame)),
    value: [...sample.values],
    label: labelsOf(sample, strings),
  }))
  return new format.Profile({
    sampleType: valueTypes,
    sample: samples,
    mapping: table.mappings,
    location: table.locations,
    function: table.functions,
    stringTable: strings,
    defaultSampleType: valueTypes[0]?.type ?? 0,
    ...(time === undefined ? {} : { timeNanos: time.endNs - time.durationNs, durationNanos: time.durationNs }),
  }).encode()
}

function text(strings: StringTable, bytes: string): number {
  return strings.dedup(fromByteString(bytes))
}

function labelsOf({ labels = [] }: Sample, strings: StringTable) {
  return labels.map(({ name, value }) => ({
    key: text(strings, name),
    ...(typeof value === 'string' ? { str: text(strings, value) } : { num: value }),
  }))
}

interface LocationRow {
  readonly id: number
  readonly mappingId: number
  readonly address: bigint
  readonly line: Pick<Line, 'functionId'>[]
}

/** Files, functions and locations by number, from 1 on: 0 stands for none. */
class FrameTable {
  readonly mappings: { id: number; filename: number; hasFunctions: boolean }[] = []
  readonly functions: { id: number; name: number; systemName: number }[] = []
  readonly locations: LocationRow[] = []
  readonly #strings: StringTable
  readonly #ids = new Map<string, number>()

  constructor(strings: StringTable) {
    this.#strings = strings
  }

  locationOf(frame: Frame): number {
    const { address, symbol, path } = frame
    return this.#numbered(`location ${address} ${symbol} ${path}`, this.locations, (id) => ({
      id,
      mappingId: path === undefined ? 0 : this.#mappingOf(path),
      address,
      line: symbol === undefined ? [] : [{ functionId: this.#functionOf(symbol) }],
    }))
  }

  #mappingOf(path: string): number {
    return this.#numbered(`file ${path}`, this.mappings, (id) => ({ id, filename: text(this.#strings, path), hasFunctions: true }))
  }

  #functionOf(symbol: string): number {
    const name = text(this.#strings, symbol)
    return this.#numbered(`function ${name}`, this.functions, (id) => ({ id, name, systemName: name }))
  }

  #numbered<Row>(key: string, rows: Row[], make: (id: number) => Row): number {
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = rows.length + 1
    rows.push(make(id))
    this.#ids.set(key, id)
    return id
  }
}
