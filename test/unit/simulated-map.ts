/**
 * One map in memory as the kernel half would fill it: raw entries in the layouts of `MapView`, updated on two CPUs in turn.
 */
import { linearBucketIndex, log2BucketIndex } from '../../src/spec/histogram.ts'
import { type PrintLimits, readMapContents } from '../../src/spec/map-contents.ts'
import type { Aggregation, MapView } from '../../src/spec/map-spec.ts'
import type { RawEntry } from '../../src/spec/reduce.ts'
import { INT64, layoutFields, sizeOf, type Type, UINT64 } from '../../src/spec/types/type.ts'
import type { MapContents, Value } from '../../src/spec/value.ts'

/** Room for the text of every string in these tests. */
const STRING_SIZE = 32
const CPUS = 2
/** Room for any value, and behind it the present flag. */
const VALUE_SIZE = 4 * STRING_SIZE
const CELL_SIZE = VALUE_SIZE + 8

export class SimulatedMap {
  readonly #view: MapView
  readonly #entries = new Map<string, RawEntry>()
  #updates = 0

  constructor(view: MapView) {
    this.#view = view
  }

  /** A map of the kind that its first assignment makes it: by an aggregation's call, or plain. */
  static create(name: string, key: Value | undefined, call: string | undefined, operands: readonly Value[]): SimulatedMap | undefined {
    const [first, second, third, fourth] = operands.map((operand) => (operand.kind === 'int' ? operand.value : undefined))
    const signed = operands[0]?.kind === 'int' ? operands[0].signed : true
    const aggregation = aggregationOf(call, { signed, bits: second ?? 0n, scale: [second ?? 0n, third ?? 0n, fourth ?? 1n] })
    if (call !== undefined && call !== 'count' && first === undefined) return undefined
    const isHistogram = call === 'hist' || call === 'lhist'
    const storage = `${key === undefined ? 'cell' : 'entries'}${isHistogram ? '-buckets' : ''}` as MapView['storage']
    const value =
      aggregation === undefined ? ({ kind: 'plain', type: typeOf(operands[0]!) } as const) : ({ kind: 'aggregation', aggregation } as const)
    const view: MapView = { name, storage, perCpu: aggregation !== undefined, value }
    if (key !== undefined) return new SimulatedMap({ ...view, key: typeOf(key) })
    return new SimulatedMap(isHistogram ? view : { ...view, presentOffset: VALUE_SIZE })
  }

  /** Assigns or aggregates on the next CPU. */
  update(key: Value | undefined, [operand]: readonly Value[]): void {
    const cpu = this.#view.perCpu ? this.#updates++ % CPUS : 0
    const entry = this.#entryOf(key, operand)
    const bytes = entry.values[cpu]!
    const view = new DataView(bytes.buffer)
    const { value } = this.#view
    if (this.#view.presentOffset !== undefined) bytes[this.#view.presentOffset] = 1
    if (value.kind === 'plain') bytes.set(encode(operand!, VALUE_SIZE))
    else accumulate(value.aggregation, view, operand?.kind === 'int' ? operand.value : 0n)
  }

  contents(limits: PrintLimits): MapContents {
    return readMapContents(this.#view, [...this.#entries.values()], { names: { sites: new Map() }, ...limits })
  }

  clear(): void {
    this.#entries.clear()
  }

  zero(): void {
    for (const { values } of this.#entries.values()) for (const bytes of values) bytes.fill(0, 0, VALUE_SIZE)
  }

  #entryOf(key: Value | undefined, operand: Value | undefined): RawEntry {
    const bucket = this.#bucketOf(operand)
    const userKey = key === undefined ? new Uint8Array(0) : padTo8(encode(key, sizeOf(this.#view.key!)))
    const last =
      bucket === undefined
        ? new Uint8Array(0)
        : new Uint8Array(key === undefined ? Uint32Array.of(bucket).buffer : BigUint64Array.of(BigInt(bucket)).buffer)
    const bytes = Uint8Array.of(...userKey, ...last)
    const entry = this.#entries.get(String(bytes)) ?? { key: bytes, values: Array.from({ length: CPUS }, () => new Uint8Array(CELL_SIZE)) }
    this.#entries.set(String(bytes), entry)
    return entry
  }

  #bucketOf(operand: Value | undefined): number | undefined {
    const { value } = this.#view
    if (value.kind === 'plain' || operand?.kind !== 'int') return undefined
    if (value.aggregation.kind === 'hist') return log2BucketIndex(operand.value, value.aggregation.bits)
    return value.aggregation.kind === 'lhist' ? linearBucketIndex(operand.value, value.aggregation) : undefined
  }
}

function aggregationOf(
  call: string | undefined,
  { signed, bits, scale }: { readonly signed: boolean; readonly bits: bigint; readonly scale: readonly [bigint, bigint, bigint] },
): Aggregation | undefined {
  switch (call) {
    case undefined:
      return undefined
    case 'hist':
      return { kind: 'hist', bits: Number(bits) }
    case 'lhist':
      return { kind: 'lhist', min: scale[0], max: scale[1], step: scale[2] }
    case 'count':
      return { kind: 'count' }
    default:
      return { kind: call as 'sum' | 'min' | 'max' | 'avg' | 'stats', signed }
  }
}

function accumulate(aggregation: Aggregation, view: DataView, operand: bigint): void {
  const [first, second] = [view.getBigUint64(0, true), view.getBigUint64(8, true)]
  const write = (a: bigint, b: bigint): void => {
    view.setBigUint64(0, BigInt.asUintN(64, a), true)
    view.setBigUint64(8, b, true)
  }
  const isBelow = (a: bigint, b: bigint): boolean =>
    'signed' in aggregation && aggregation.signed ? BigInt.asIntN(64, a) < BigInt.asIntN(64, b) : a < b
  const n = BigInt.asUintN(64, operand)
  if (aggregation.kind === 'min') write(second === 0n || isBelow(n, first) ? n : first, 1n)
  else if (aggregation.kind === 'max') write(second === 0n || isBelow(first, n) ? n : first, 1n)
  else if (aggregation.kind === 'sum') write(first + operand, 0n)
  else if (aggregation.kind === 'avg' || aggregation.kind === 'stats') write(first + operand, second + 1n)
  else write(first + 1n, 0n)
}

function typeOf(value: Value): Type {
  if (value.kind === 'string') return { kind: 'string', size: STRING_SIZE }
  if (value.kind === 'tuple') return { kind: 'tuple', fields: value.items.map(typeOf) }
  return value.kind === 'int' && !value.signed ? UINT64 : INT64
}

function encode(value: Value, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  if (value.kind === 'int') new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value.value), true)
  if (value.kind === 'string') bytes.set(Uint8Array.from(value.value, (character) => character.charCodeAt(0)))
  if (value.kind === 'tuple') {
    const types = value.items.map(typeOf)
    const { offsets } = layoutFields(types)
    for (const [i, item] of value.items.entries()) bytes.set(encode(item, sizeOf(types[i]!)), offsets[i])
  }
  return bytes
}

function padTo8(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8)
  padded.set(bytes)
  return padded
}
