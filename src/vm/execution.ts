/**
 * What a helper sees of the program that called it: its arguments, checked memory, maps, and a way to stop it or call it back.
 */
import type { VmFault, VmFaultKind } from '../base/vm-fault.ts'
import type { Environment } from './environment.ts'
import type { VmMap } from './maps/vm-map.ts'
import { CELL, MAP_HIGH } from './memory/layout.ts'
import type { LinearMemory } from './memory/linear-memory.ts'
import type { Regions } from './memory/regions.ts'

/** What the machine does for its helpers. */
export interface ExecutionHost {
  /** The error for the instruction that is running. */
  fault(kind: VmFaultKind, detail: string, address?: bigint): VmFault
  /** Calls a function of the program; answers the low half of its r0, signed. `pointer`: what the program handed over. */
  callBack(pointer: { readonly low: number; readonly high: number }, args: readonly (number | bigint)[]): number
  /** The place in the table of functions of entry `index` of a `prog_array`; undefined when it is empty. */
  tailCallTarget(map: VmMap, index: number): number | undefined
}

/** The running program, for helpers. Arguments are numbered from 1, as registers are. */
export class Execution {
  readonly memory: LinearMemory
  readonly regions: Regions
  readonly environment: Environment
  readonly host: ExecutionHost
  /** Loops over entries of maps that are under way. */
  loops = 0
  readonly maps: readonly VmMap[]

  constructor(parts: {
    readonly memory: LinearMemory
    readonly regions: Regions
    readonly environment: Environment
    readonly maps: readonly VmMap[]
    readonly host: ExecutionHost
  }) {
    this.memory = parts.memory
    this.regions = parts.regions
    this.environment = parts.environment
    this.host = parts.host
    this.maps = parts.maps
  }

  /** The low half of an argument, unsigned. */
  low(argument: number): number {
    return this.memory.words[(CELL.registers >> 2) + argument * 2] ?? 0
  }
  high(argument: number): number {
    return this.memory.words[(CELL.registers >> 2) + argument * 2 + 1] ?? 0
  }
  halves(argument: number): { readonly low: number; readonly high: number } {
    return { low: this.low(argument), high: this.high(argument) }
  }
  /** All 64 bits, unsigned. */
  bits(argument: number): bigint {
    return this.memory.view.getBigUint64(CELL.registers + argument * 8, true)
  }
  isNull(argument: number): boolean {
    return this.low(argument) === 0 && this.high(argument) === 0
  }
  /** A size in bytes: below 2^29, as the verifier demands. */
  size(argument: number): number {
    const size = this.low(argument)
    if (this.high(argument) !== 0 || size >= 1 << 29)
      throw this.host.fault('bad argument', `argument ${argument} is no size: ${this.bits(argument)}`)
    return size
  }
  /** Linear offset of `size` bytes that an argument points to. Throws `VmFault` when they may not all be accessed. */
  place(argument: number, size: number, access: 'read' | 'write'): number {
    const at = this.regions.resolve(this.halves(argument), size, access)
    if (at !== undefined || size === 0) return at ?? 0
    const address = this.bits(argument)
    const { kind, detail } = explainAccess(this.regions, address, { size, access })
    throw this.host.fault(kind, `argument ${argument}: ${detail}`, address)
  }
  /** The bytes of `place`, as a view of the program's memory. */
  view(argument: number, size: number, access: 'read' | 'write'): Uint8Array {
    const at = this.place(argument, size, access)
    return this.memory.bytes.subarray(at, at + size)
  }
  /** The map that an argument stands for. Throws `VmFault` when it is no map. */
  map(argument: number): VmMap {
    const map = this.high(argument) === MAP_HIGH ? this.maps[this.low(argument)] : undefined
    if (map === undefined) throw this.host.fault('bad argument', `argument ${argument} is not a map`)
    return map
  }
}

/** Why an access is refused. */
export function explainAccess(
  regions: Regions,
  address: bigint,
  { size, access }: { readonly size: number; readonly access: 'read' | 'write' },
): { readonly kind: VmFaultKind; readonly detail: string } {
  const what = `${access} of ${size} ${size === 1 ? 'byte' : 'bytes'} at 0x${address.toString(16)}`
  if (address < 4096n) return { kind: 'null dereference', detail: what }
  const region = regions.describe(address)
  if (region === undefined) return { kind: 'bad pointer', detail: `${what}, which is no memory of the program` }
  if (region.readOnly && access === 'write' && region.offset + size <= region.size)
    return { kind: 'read-only memory', detail: `${what}, in ${region.what}` }
  const offset = region.offset >= 0x8000_0000 ? region.offset - 0x1_0000_0000 : region.offset
  return { kind: 'out of bounds', detail: `${what}: offset ${offset} of ${region.what}, which has ${region.size} bytes` }
}
