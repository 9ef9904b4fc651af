/**
 * The table of regions: which pieces of linear memory a program may reach, under which address. Translated code reads the same
 * table. A closed region keeps its number for a while, so that a pointer into it faults rather than finds something else.
 */
import { NotSupportedError } from '../../base/errors.ts'
import {
  ADDRESS_HIGH,
  FIRST_FRAME_REGION,
  FRAME_SIZE,
  type Layout,
  MAX_FRAMES,
  READ_ONLY_REGIONS,
  REGION_ENTRY,
  REGION_TABLE,
} from './layout.ts'
import type { LinearMemory } from './linear-memory.ts'

/** What a piece of memory is to be: where, how large, and its name in faults (`the value of map @x`). */
export interface Region {
  readonly base: number
  readonly size: number
  readonly what: string
}

/** Closed regions whose numbers rest before they are used again. */
const RESTING = 64

/** The regions of one machine. */
export class Regions {
  readonly #memory: LinearMemory
  readonly #layout: Layout
  readonly #what: string[] = ['null']
  readonly #closed: number[] = []
  #next = FIRST_FRAME_REGION + MAX_FRAMES

  constructor(memory: LinearMemory, layout: Layout) {
    this.#memory = memory
    this.#layout = layout
    for (let depth = 0; depth < MAX_FRAMES; depth++)
      this.#set(FIRST_FRAME_REGION + depth, { base: layout.frames + depth * FRAME_SIZE, size: 0, what: `stack frame ${depth}` })
  }

  /** Opens a region and answers its number. Throws `NotSupportedError` when there are too many. */
  open(region: Region): number {
    const number = this.#closed.length > RESTING || this.#next === this.#layout.writableRegions ? this.#closed.shift() : this.#next++
    if (number === undefined) throw new NotSupportedError('so many map values in the virtual machine', { remedy: 'use smaller maps' })
    this.#set(number, region)
    return number
  }
  /** Pointers into it fault from now on. */
  close(number: number): void {
    this.#memory.words[(REGION_TABLE + number * REGION_ENTRY + 4) >> 2] = 0
    this.#what[number] = `${this.#what[number]}, which is gone`
    this.#closed.push(number)
  }
  /** Opens one of the few regions that programs may only read: number 0 for the context, the others for keys of loops. */
  openReadOnly(number: number, region: Region): number {
    if (number >= READ_ONLY_REGIONS) throw new NotSupportedError('loops over maps inside of so many others')
    this.#set(this.#layout.writableRegions + number, region)
    return this.#layout.writableRegions + number
  }
  /** No frame is alive: what a fault may have left behind. */
  clearFrames(): void {
    for (let region = FIRST_FRAME_REGION; region < FIRST_FRAME_REGION + MAX_FRAMES; region++)
      this.#memory.words[(REGION_TABLE + region * REGION_ENTRY + 4) >> 2] = 0
  }

  /** The linear offset of `size` bytes at an address, given as halves; undefined when not all of them may be accessed. */
  resolve(address: { readonly low: number; readonly high: number }, size: number, access: 'read' | 'write'): number | undefined {
    const number = address.high - ADDRESS_HIGH
    const limit = access === 'read' ? this.#layout.regions : this.#layout.writableRegions
    if (number < 0 || number >= limit) return undefined
    const entry = (REGION_TABLE + number * REGION_ENTRY) >> 2
    const { words } = this.#memory
    if (address.low + size > (words[entry + 1] ?? 0)) return undefined
    return (words[entry] ?? 0) + address.low
  }

  /** Bytes from an address to the end of its region; 0 outside of any. */
  roomAt({ low, high }: { readonly low: number; readonly high: number }): number {
    const number = high - ADDRESS_HIGH
    if (number < 0 || number >= this.#layout.regions) return 0
    return Math.max(0, (this.#memory.words[(REGION_TABLE + number * REGION_ENTRY + 4) >> 2] ?? 0) - low)
  }

  /** Which region an address is of, and how large that is; undefined when of none. */
  describe(
    address: bigint,
  ): { readonly what: string; readonly size: number; readonly offset: number; readonly readOnly: boolean } | undefined {
    const number = Number(address >> 32n) - ADDRESS_HIGH
    const what = this.#what[number]
    if (what === undefined || number === 0) return undefined
    const size = this.#memory.words[(REGION_TABLE + number * REGION_ENTRY + 4) >> 2] ?? 0
    return { what, size, offset: Number(BigInt.asUintN(32, address)), readOnly: number >= this.#layout.writableRegions }
  }

  #set(number: number, { base, size, what }: Region): void {
    const entry = (REGION_TABLE + number * REGION_ENTRY) >> 2
    this.#memory.words[entry] = base
    this.#memory.words[entry + 1] = size
    this.#what[number] = what
  }
}
