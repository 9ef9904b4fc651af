/**
 * The user-space machine: runs BPF programs without a kernel. Programs are translated to one WebAssembly module when the machine is
 * created; every access they make is checked, and what they must not do stops them with a `VmFault` that names the instruction and
 * the line of source.
 *
 *     const machine = createMachine({ programs: [{ name: 'count', instructions }], maps: object.maps })
 *     machine.run(context)             // r0 of the first program, 64 bits unsigned
 *     machine.instructionsRun          // by that run
 *     machine.map('@').lookup(key)     // as user space reads it
 *
 * The machine has no clock, task or memory of others: those come from its `Environment`, which is the same at each run unless the
 * embedder says otherwise.
 */
import { InternalError } from '../base/errors.ts'
import type { VmFault, VmFaultKind } from '../base/vm-fault.ts'
import type { LoadedMap } from '../spec/executor.ts'
import type { MapSpec } from '../spec/map-spec.ts'
import { type Environment, fixedEnvironment } from './environment.ts'
import { Execution } from './execution.ts'
import { bindCallees } from './linking/bind-callees.ts'
import { stopFault } from './linking/stop-fault.ts'
import { wideValue } from './linking/wide-value.ts'
import { createVmMap, regionsOf } from './maps/create-map.ts'
import { ProgramArrayMap } from './maps/program-array-map.ts'
import { isRecordSource } from './maps/record-source.ts'
import type { VmMap } from './maps/vm-map.ts'
import { addressOf, CELL, FUNCTION_HIGH, layoutMemory } from './memory/layout.ts'
import { LinearMemory } from './memory/linear-memory.ts'
import { Regions } from './memory/regions.ts'
import { checkImage } from './program/check-image.ts'
import { faultAt, type Image, type ProgramInput, readImage } from './program/image.ts'
import { translateMachine } from './translate/translate-machine.ts'
import { HOST_WASM } from './wasm/host.ts'

/** What a machine is made of. */
export interface MachineOptions {
  readonly programs: readonly ProgramInput[]
  readonly maps?: readonly MapSpec[]
  /** Values of `constant` references. */
  readonly constants?: ReadonlyMap<string, bigint>
  readonly environment?: Partial<Environment>
  /** Instructions that one `run` may take; more is a fault. */
  readonly budget?: number
}

/** Enough for anything that a kernel would run, and a few tenths of a second. */
const DEFAULT_BUDGET = 100_000_000

/** Creates a machine. Throws `VmFault` for a malformed program, `InternalError` for a reference to what is not there. */
export function createMachine(options: MachineOptions): Machine {
  return new Machine(options)
}

/** Programs and maps that live together. Not re-entrant: a program runs to its end before another is started. */
export class Machine {
  readonly #images: readonly Image[]
  readonly #maps: ReadonlyMap<string, VmMap>
  readonly #memory: LinearMemory
  readonly #regions: Regions
  readonly #execution: Execution
  readonly #enter: (entry: number, depth: number) => void
  readonly #budget: number
  #contextRoom = { at: 0, size: -1 }
  #instructionsRun = 0
  #helperCalls = 0

  constructor(options: MachineOptions) {
    const specs = options.maps ?? []
    const environment: Environment = { ...fixedEnvironment(), ...options.environment }
    const layout = layoutMemory(regionsOf(specs, environment.cpuCount))
    this.#budget = options.budget ?? DEFAULT_BUDGET
    this.#images = options.programs.map(readImage)
    for (const image of this.#images) checkImage(image)
    this.#memory = new LinearMemory(layout.end)
    this.#regions = new Regions(this.#memory, layout)
    const home = { memory: this.#memory, regions: this.#regions, cpuCount: environment.cpuCount }
    this.#maps = new Map(specs.map((spec) => [spec.name, createVmMap(spec, home)]))
    this.#execution = new Execution({
      ...home,
      environment,
      maps: [...this.#maps.values()],
      host: {
        fault: (kind, detail, address) => this.#fault(kind, detail, address),
        callBack: (pointer, args) => this.#callBack(pointer, args),
        tailCallTarget: (map, index) => this.#tailCallTarget(map, index),
      },
    })
    const callees = bindCallees(this.#images, this.#execution, () => this.#helperCalls++)
    const entries = this.#entries()
    const bytes = translateMachine({
      images: this.#images,
      layout,
      memoryPages: this.#memory.pages,
      callees: [...callees.functions.keys()],
      calleeNumber: callees.numberOf,
      argumentCount: callees.argumentCount,
      wideValue: wideValue({ maps: this.#maps, constants: options.constants ?? new Map(), entries, memory: this.#memory }),
    })
    const env = { memory: this.#memory.memory, stop: () => this.#stop(), ...Object.fromEntries(callees.functions) }
    const { exports } = new HOST_WASM.Instance(new HOST_WASM.Module(bytes), { env })
    this.#enter = exports.enter as (entry: number, depth: number) => void
  }

  /** Instructions that the last run took, those of functions, callbacks and tail calls included. */
  get instructionsRun(): number {
    return this.#instructionsRun
  }
  /** Calls of helpers and kfuncs that the last run made. */
  get helperCalls(): number {
    return this.#helperCalls
  }

  /**
   * Runs a program (the first, unless it is named) on a context, which is copied and read-only to it. Answers r0, unsigned.
   * Throws `VmFault` when the program does what it must not.
   */
  run(context: Uint8Array = new Uint8Array(), program = this.#images[0]?.input.name ?? ''): bigint {
    this.#regions.clearFrames()
    this.#execution.loops = 0
    this.#helperCalls = 0
    this.#setContext(context)
    this.#memory.words[CELL.tailCalls >> 2] = 0
    this.#memory.view.setBigUint64(CELL.left, BigInt(this.#budget), true)
    try {
      this.#enter(this.#entryOf(program), 0)
    } finally {
      this.#instructionsRun = this.#budget - Number(this.#memory.view.getBigInt64(CELL.left, true))
    }
    return this.#memory.view.getBigUint64(CELL.registers, true)
  }

  /** A map, as user space sees it. Throws `InternalError` when there is none of that name. */
  map(name: string): LoadedMap {
    return this.#get(name)
  }
  /** Hands over the records of a ring buffer or an array of perf events, as `LoadedObject.drain` does. */
  drain(map: string, onRecord: (record: Uint8Array) => boolean | void): number {
    const source = this.#get(map)
    if (!isRecordSource(source)) throw new InternalError(`map ${map} has no records`)
    return source.drain(onRecord)
  }
  /** Fills an entry of a `prog_array` with a program of the machine. */
  setTailCall(map: string, index: number, program: string): void {
    const array = this.#get(map)
    if (!(array instanceof ProgramArrayMap)) throw new InternalError(`map ${map} is no prog_array`)
    array.setProgram(index, program)
  }

  #get(name: string): VmMap {
    const map = this.#maps.get(name)
    if (map === undefined) throw new InternalError(`there is no map ${name}`)
    return map
  }

  #setContext(context: Uint8Array): void {
    if (context.length > this.#contextRoom.size) this.#contextRoom = { at: this.#memory.allocate(context.length), size: context.length }
    this.#memory.bytes.set(context, this.#contextRoom.at)
    const region = this.#regions.openReadOnly(0, { base: this.#contextRoom.at, size: context.length, what: 'the context' })
    this.#memory.view.setBigUint64(CELL.registers + 8, BigInt(addressOf(region)), true)
  }

  /** By image and index of its first instruction: the place of each function in the table. */
  #entries(): ReadonlyMap<Image, ReadonlyMap<number, number>> {
    let next = 0
    return new Map(this.#images.map((image) => [image, new Map(image.functions.map(({ start }) => [start, next++]))]))
  }
  #entryOf(program: string): number {
    let entry = 0
    for (const { input, functions } of this.#images) {
      if (input.name === program) return entry
      entry += functions.length
    }
    throw new InternalError(`there is no program ${program}`)
  }
  #tailCallTarget(map: VmMap, index: number): number | undefined {
    const program = map instanceof ProgramArrayMap ? map.programAt(index) : undefined
    return program === undefined ? undefined : this.#entryOf(program)
  }

  /** The cells of the caller are as they were afterwards, but for r0. */
  #callBack({ low, high }: { readonly low: number; readonly high: number }, args: readonly (number | bigint)[]): number {
    if (high !== FUNCTION_HIGH) throw this.#fault('bad argument', 'the callback is no function of the program')
    const { words } = this.#memory
    const [site = 0, depth = 0] = [words[CELL.site >> 2], words[CELL.depth >> 2]]
    for (let i = 0; i < 5; i++) this.#memory.view.setBigUint64(CELL.registers + 8 + i * 8, BigInt(args[i] ?? 0), true)
    this.#enter(low, depth + 1)
    const cells = this.#memory.words
    cells[CELL.site >> 2] = site
    cells[CELL.depth >> 2] = depth
    return (cells[CELL.registers >> 2] ?? 0) | 0
  }

  #fault(kind: VmFaultKind, detail: string, address?: bigint): VmFault {
    const { image, index } = this.#site()
    return faultAt(image, index, { kind, detail, ...(address === undefined ? {} : { address }) })
  }
  #stop(): never {
    const { image, index } = this.#site()
    throw stopFault({ image, index, memory: this.#memory, regions: this.#regions, budget: this.#budget })
  }
  #site(): { readonly image: Image; readonly index: number } {
    let index = this.#memory.words[CELL.site >> 2] ?? 0
    for (const image of this.#images) {
      if (index < image.input.instructions.length) return { image, index }
      index -= image.input.instructions.length
    }
    throw new InternalError('a site of no program')
  }
}
