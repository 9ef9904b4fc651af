/**
 * Runs a script's programs without a kernel: compiled up to the IR, interpreted by `ir-interpreter.ts`, with maps and
 * helpers of one CPU simulated. Records are given back as text, one line per value.
 */
import { sourceText } from '../../src/base/source-text.ts'
import type { PidNamespace } from '../../src/compiler/lowering/current-task.ts'
import { checkScript } from '../../src/frontend/bpftrace/check/check-script.ts'
import { readConfig } from '../../src/frontend/bpftrace/config.ts'
import { type MapPlan, planMap } from '../../src/frontend/bpftrace/lower/map-plan.ts'
import { lowerUnit } from '../../src/frontend/bpftrace/lower/unit-lowering.ts'
import { parseScript } from '../../src/frontend/bpftrace/parser/script.ts'
import { expandScript } from '../../src/frontend/bpftrace/probes/expand.ts'
import { Report } from '../../src/frontend/bpftrace/report.ts'
import { LOSS_MAP_SPEC, LOSS_OFFSETS } from '../../src/spec/loss-counts.ts'
import type { MapSpec } from '../../src/spec/map-spec.ts'
import type { RecordSpec } from '../../src/spec/record-spec.ts'
import { layoutFields, sizeOf, type Type } from '../../src/spec/types/type.ts'
import { frozenTypeSource } from './frozen-type-source.ts'
import { interpret, type Pointer } from './ir-interpreter.ts'

const CONFIG = readConfig([], {}, new Report(sourceText('defaults', '')))

/** What a simulated run starts from. */
export interface Simulation {
  readonly context?: Uint8Array
  /** Text that `probe_read_*` finds at an address. */
  readonly memory?: ReadonlyMap<bigint, Uint8Array>
  /** Whether the ring buffer has no room. */
  readonly full?: boolean
  /** The namespace that the script is compiled for. The task is 42/43 in the initial one, 2/3 in namespace 1 of device 4. */
  readonly pidNamespace?: PidNamespace
  /** `-p` */
  readonly pid?: number
  /** Keys that a hash has room for; no limit when absent. */
  readonly room?: number
}

/** What came of it. */
export interface Outcome {
  /** Per record: its values, separated by a space, or the action's name when it has none. */
  readonly records: readonly string[]
  /** The records as bytes. What the program did not write is 0xa5. */
  readonly bytes: readonly Uint8Array[]
  /** Bytes of the only entry, or of each entry by key (hexadecimal), by map. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>
  readonly lost: bigint
  /** Updates of maps that had no room. */
  readonly dropped: bigint
}

/** Runs every program of a script once, in order. Throws when the script has errors. */
export function simulate(text: string, simulation: Simulation = {}): Outcome {
  const source = sourceText('test', text)
  const report = new Report(source)
  const parsed = parseScript(source)
  if ('diagnostic' in parsed) throw new Error(parsed.diagnostic.message)
  const { units } = expandScript(parsed.script, { typeSource: frozenTypeSource, report, missing: 'error' })
  const checked = checkScript(units, { typeSource: frozenTypeSource, cTypes: parsed.script.cTypes, config: CONFIG, parameters: [] }, report)
  if (report.hasErrors) throw new Error(report.diagnostics.map((one) => one.message).join('\n'))
  const plans = new Map([...checked.maps].map(([name, symbol]) => [name, planMap(symbol, CONFIG)] as const))
  const specs: RecordSpec[] = []
  const machine = new Machine(plans, specs, simulation)
  const script = {
    source,
    config: CONFIG,
    typeSource: frozenTypeSource,
    cTypes: parsed.script.cTypes,
    parameters: [],
    possibleCpus: 4,
    ...(simulation.pid === undefined ? {} : { pid: simulation.pid }),
    ...(simulation.pidNamespace === undefined ? {} : { pidNamespace: simulation.pidNamespace }),
    plans,
    cgroup: 'all' as const,
    requireMap: ({ name, contents }: MapSpec) => void machine.tables.set(name, contents ?? new Uint8Array()),
    addRecord: (action: RecordSpec['action'], layout: RecordSpec['layout']) => specs.push({ id: specs.length, layout, action }) - 1,
  }
  for (const unit of checked.units) machine.run(lowerUnit(unit, script))
  return machine
}

class Machine implements Outcome {
  readonly records: string[] = []
  readonly bytes: Uint8Array[] = []
  readonly maps = new Map<string, Map<string, Uint8Array>>()
  /** Of maps that are none of the script's. */
  readonly tables = new Map<string, Uint8Array>()
  readonly #plans: ReadonlyMap<string, MapPlan>
  readonly #specs: readonly RecordSpec[]
  readonly #simulation: Simulation
  readonly #loss = new Uint8Array(LOSS_MAP_SPEC.valueSize)

  constructor(plans: ReadonlyMap<string, MapPlan>, specs: readonly RecordSpec[], simulation: Simulation) {
    this.#plans = plans
    this.#specs = specs
    this.#simulation = simulation
    for (const [name, { spec }] of plans) this.maps.set(name, new Map(isArray(spec) ? arrayEntries(spec) : []))
  }

  get lost(): bigint {
    return new DataView(this.#loss.buffer).getBigUint64(LOSS_OFFSETS.events, true)
  }
  get dropped(): bigint {
    return new DataView(this.#loss.buffer).getBigUint64(LOSS_OFFSETS.updates, true)
  }

  run(fn: Parameters<typeof interpret>[0]): void {
    const cells = new Map<string, Uint8Array>([['lost', this.#loss], ...this.tables])
    for (const [name, { spec }] of this.#plans)
      if (spec.kind === 'array') cells.set(name, this.maps.get(name)?.get('00000000') as Uint8Array)
    const context = this.#simulation.context ?? new Uint8Array(256)
    const call = (helper: string, args: readonly unknown[]) => this.#call(helper, args as (bigint | Pointer | string)[])
    interpret(fn, { context, maps: cells, call, limit: 1_000_000 })
  }

  #call(helper: string, args: readonly (bigint | Pointer | string)[]): bigint | Pointer | null {
    const [first, second, third] = args
    switch (helper) {
      case 'ringbuf_reserve':
        return this.#simulation.full === true ? null : { memory: new Uint8Array(Number(second)).fill(0xa5), at: 0 }
      case 'ringbuf_submit':
        this.bytes.push((first as Pointer).memory)
        this.records.push(showRecord((first as Pointer).memory, this.#specs))
        return 0n
      case 'map_lookup_elem':
        return this.#lookup(first as string, second as Pointer)
      case 'map_lookup_percpu_elem':
        return third === 0n ? this.#lookup(first as string, second as Pointer) : null
      case 'map_update_elem':
        return this.#update(first as string, second as Pointer, args.slice(2) as [Pointer, bigint])
      case 'map_delete_elem':
        return this.maps.get(first as string)?.delete(this.#key(first as string, second as Pointer)) === true
          ? 0n
          : -2n & 0xffff_ffff_ffff_ffffn
      case 'get_current_pid_tgid':
        return (42n << 32n) | 43n
      case 'get_ns_current_pid_tgid':
        put(third as Pointer, new Uint8Array(8))
        if (first !== 4n || second !== 1n) return -22n & 0xffff_ffff_ffff_ffffn
        put(third as Pointer, Uint8Array.of(3, 0, 0, 0, 2, 0, 0, 0))
        return 0n
      case 'get_current_comm':
        put(first as Pointer, new TextEncoder().encode('simulated\0\0\0\0\0\0\0'))
        return 0n
      case 'get_attach_cookie':
        return 7n
      case 'probe_read_user':
      case 'probe_read_kernel':
        return this.#read(first as Pointer, Number(second), third as bigint | Pointer)
      case 'probe_read_user_str':
      case 'probe_read_kernel_str':
        return this.#readText(first as Pointer, Number(second), third as bigint | Pointer)
      default:
        throw new Error(`no simulation of ${helper}`)
    }
  }

  #key(map: string, { memory, at }: Pointer): string {
    const size = this.#plans.get(map)?.spec.keySize ?? 0
    return Buffer.from(memory.subarray(at, at + size)).toString('hex')
  }
  #lookup(map: string, key: Pointer): Pointer | null {
    const memory = this.maps.get(map)?.get(this.#key(map, key))
    return memory === undefined ? null : { memory, at: 0 }
  }
  #update(map: string, key: Pointer, [value, flags]: readonly [Pointer, bigint]): bigint {
    const entries = this.maps.get(map)
    const name = this.#key(map, key)
    if (flags === 1n && entries?.has(name) === true) return -17n & 0xffff_ffff_ffff_ffffn
    if (entries?.has(name) === false && entries.size >= (this.#simulation.room ?? Infinity)) return -7n & 0xffff_ffff_ffff_ffffn
    const size = this.#plans.get(map)?.spec.valueSize ?? 0
    entries?.set(name, value.memory.slice(value.at, value.at + size))
    return 0n
  }
  /** The bytes from an address on, in whichever piece of memory it lies. */
  #at(address: bigint | Pointer): Uint8Array | undefined {
    if (typeof address === 'object') return address.memory.subarray(address.at)
    for (const [start, bytes] of this.#simulation.memory ?? []) {
      if (address >= start && address < start + BigInt(bytes.length)) return bytes.subarray(Number(address - start))
    }
    return undefined
  }
  #read(target: Pointer, size: number, address: bigint | Pointer): bigint {
    const found = this.#at(address)
    put(target, found === undefined ? new Uint8Array(size) : found.slice(0, size))
    return found === undefined ? -14n & 0xffff_ffff_ffff_ffffn : 0n
  }
  /** As the kernel: what cannot be read is zeros, a text ends with its NUL, and no bytes are no access. */
  #readText(target: Pointer, size: number, address: bigint | Pointer): bigint {
    if (size === 0) return 0n
    const found = this.#at(address)
    if (found === undefined) return this.#read(target, size, 0n)
    const end = found.indexOf(0)
    const text = found.slice(0, Math.min(end === -1 ? found.length : end, size - 1))
    put(target, new Uint8Array([...text, 0]))
    return BigInt(text.length + 1)
  }
}

function isArray({ kind }: MapSpec): boolean {
  return kind === 'array' || kind === 'percpu_array'
}

function arrayEntries({ maxEntries, valueSize }: MapSpec): [string, Uint8Array][] {
  return Array.from({ length: maxEntries }, (_, index) => {
    const key = Buffer.alloc(4)
    key.writeUInt32LE(index)
    return [key.toString('hex'), new Uint8Array(valueSize)]
  })
}

function put({ memory, at }: Pointer, bytes: Uint8Array): void {
  memory.set(bytes, at)
}

function showRecord(bytes: Uint8Array, specs: readonly RecordSpec[]): string {
  const spec = specs[new DataView(bytes.buffer).getUint32(0, true)]
  if (spec === undefined) throw new Error('a record of no kind')
  if (spec.layout.fields.length === 0) return spec.action.kind
  return spec.layout.fields.map((field) => showValue(bytes, field.offset, field.type)).join(' ')
}

/** A value as text, in the form of bpftrace. */
export function showValue(bytes: Uint8Array, offset: number, type: Type): string {
  if (type.kind === 'string')
    return (
      Buffer.from(bytes.subarray(offset, offset + type.size))
        .toString('latin1')
        .split('\0')[0] ?? ''
    )
  if (type.kind === 'tuple') {
    const { offsets } = layoutFields(type.fields)
    return `(${type.fields.map((field, index) => showValue(bytes, offset + (offsets[index] ?? 0), field)).join(', ')})`
  }
  let value = 0n
  for (let i = sizeOf(type) - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[offset + i] ?? 0)
  if (type.kind === 'bool') return value === 0n ? 'false' : 'true'
  return String(type.kind === 'int' && type.signed ? BigInt.asIntN(type.size * 8, value) : value)
}
