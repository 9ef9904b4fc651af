/**
 * The functions of a Go program from its pclntab, which every Go binary has, stripped or not: names, entries, ends. Names
 * of generic functions read `F[...]` here, whatever they are instantiated with. Where the table lies is `find-pclntab.ts`,
 * its text start `moduledata.ts`.
 */
import type { VirtualOffset } from '../../base/address.ts'
import { FormatError } from '../../base/errors.ts'
import { StringTable } from '../elf/string-table.ts'
import type { PclntabLayout } from './pclntab-layout.ts'

/** The functions of one table by index, in order of address. Names are cut out when asked for. */
export class GoFunctions {
  readonly length: number
  /** The table, and where the program has it. */
  readonly bytes: Uint8Array
  readonly address: VirtualOffset
  readonly layout: PclntabLayout
  readonly #view: DataView
  readonly #textStart: number
  readonly #names: StringTable

  /** `textStart` counts for Go 1.18 and later. Throws `FormatError` when the index is out of order or points outside. */
  constructor(
    bytes: Uint8Array,
    layout: PclntabLayout,
    options: { readonly address: VirtualOffset; readonly textStart: bigint; readonly subject: string },
  ) {
    this.length = layout.functionCount
    this.bytes = bytes
    this.address = options.address
    this.layout = layout
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#textStart = layout.entrySize === 4 ? Number(options.textStart) : 0
    this.#names = new StringTable(bytes.subarray(layout.names, layout.namesEnd), options.subject)
    this.#check(options.subject)
  }

  /** The entry address, as the program's own tables count. */
  entryAt(index: number): number {
    return this.#textStart + this.#indexWord(index * 2)
  }
  /** Where the next function begins; what lies between may be padding. */
  endAt(index: number): number {
    return this.entryAt(index + 1)
  }
  /** Throws `FormatError` when the record points at no name. */
  nameAt(index: number): string {
    return this.textAt(this.#view.getInt32(this.recordAt(index) + this.layout.entrySize, true))
  }
  /** A name by where it is among the names. Throws `FormatError`. */
  textAt(offset: number): string {
    return this.#names.textAt(offset)
  }
  /** The function around an address; undefined outside of all. */
  find(address: number): number | undefined {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.entryAt(middle) <= address) low = middle + 1
      else high = middle
    }
    return low === 0 || address >= this.endAt(low - 1) ? undefined : low - 1
  }

  /** Where in the table the record of a function is. */
  recordAt(index: number): number {
    return this.layout.records + this.#indexWord(index * 2 + 1)
  }

  #indexWord(word: number): number {
    const at = this.layout.index + word * this.layout.entrySize
    const low = this.#view.getUint32(at, true)
    return this.layout.entrySize === 4 ? low : low + this.#view.getUint32(at + 4, true) * 2 ** 32
  }

  #check(subject: string): void {
    const lastRecord = this.#view.byteLength - this.layout.entrySize - 4
    let previous = 0
    for (let index = 0; index <= this.length; index++) {
      const entry = this.#indexWord(index * 2)
      if (entry < previous) throw new FormatError(subject, `Go functions out of order at index ${index}`)
      if (index < this.length && this.recordAt(index) > lastRecord) throw new FormatError(subject, `Go function ${index} has no record`)
      previous = entry
    }
  }
}
