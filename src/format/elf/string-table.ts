/**
 * A table of NUL-ended strings that others point into by offset: ELF's .strtab and Go's function names. Tables of tens of
 * thousands of names are read here, so the whole table is decoded at once and names are cut out of it.
 */
import { decodeText } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'

/** Strings by offset. */
export class StringTable {
  readonly #bytes: Uint8Array
  readonly #subject: string
  #text: string | undefined

  constructor(bytes: Uint8Array, subject: string) {
    this.#bytes = bytes
    this.#subject = subject
  }

  /** The string at `offset`, as UTF-8. Throws `FormatError` outside of the table or when the string has no end. */
  textAt(offset: number): string {
    const text = this.#decoded()
    const aligned = text.length === this.#bytes.length
    const end = aligned ? text.indexOf('\0', offset) : this.#bytes.indexOf(0, offset)
    if (offset < 0 || end === -1) throw new FormatError(this.#subject, `no string at offset ${offset} of a table of ${this.#bytes.length} bytes`)
    return aligned ? text.slice(offset, end) : decodeText(this.#bytes.subarray(offset, end), 'utf-8')
  }

  /** The whole table. No byte becomes more than one character, so equal lengths mean that offsets count alike in both. */
  #decoded(): string {
    this.#text ??= decodeText(this.#bytes, 'utf-8')
    return this.#text
  }
}
