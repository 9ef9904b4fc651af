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
    locationId: callsOf(sample.frames).map((call) => table.locationOf(call)),
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

/** What stands at one address: inlined calls, innermost first, and the function that they are in. */
type Call = readonly [Frame, ...Frame[]]

function callsOf(frames: readonly Frame[]): Call[] {
  const calls: [Frame, ...Frame[]][] = []
  let goesOn = false
  for (const frame of frames) {
    const last = calls.at(-1)
    if (goesOn && last !== undefined) last.push(frame)
    else calls.push([frame])
    goesOn = frame.inlined === true
  }
  return calls
}

type MappingRow = { readonly id: number; readonly filename: number } & Readonly<
  Record<'hasFunctions' | 'hasFilenames' | 'hasLineNumbers' | 'hasInlineFrames', boolean>
>

interface LocationRow {
  readonly id: number
  readonly mappingId: number
  readonly address: bigint
  readonly line: Pick<Line, 'functionId' | 'line'>[]
}

/** Files, functions and locations by number, from 1 on: 0 stands for none. */
class FrameTable {
  readonly mappings: MappingRow[] = []
  readonly functions: { id: number; name: number; systemName: number; filename: number }[] = []
  readonly locations: LocationRow[] = []
  readonly #strings: StringTable
  readonly #ids = new Map<string, number>()

  constructor(strings: StringTable) {
    this.#strings = strings
  }

  locationOf(call: Call): number {
    const [{ address, path }] = call
    const key = call.map(({ symbol, file, line }) => `${symbol} ${file} ${line}`).join('\n')
    return this.#numbered(`location ${address} ${path} ${key}`, this.locations, (id) => ({
      id,
      mappingId: path === undefined ? 0 : this.#mappingOf(path),
      address,
      line: call.flatMap(({ symbol, file, line }) =>
        symbol === undefined ? [] : [{ functionId: this.#functionOf(symbol, file), line: line ?? 0 }],
      ),
    }))
  }

  #mappingOf(path: string): number {
    return this.#numbered(`file ${path}`, this.mappings, (id) => ({
      id,
      filename: text(this.#strings, path),
      hasFunctions: true,
      hasFilenames: true,
      hasLineNumbers: true,
      hasInlineFrames: true,
    }))
  }

  #functionOf(symbol: string, file: string | undefined): number {
    const name = text(this.#strings, symbol)
    const filename = file === undefined ? 0 : text(this.#strings, file)
    return this.#numbered(`function ${name} ${filename}`, this.functions, (id) => ({ id, name, systemName: name, filename }))
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
