/**
 * A table of NUL-ended strings that others point into by offset: ELF's .strtab and Go's function names. Tables of tens of
 * thousands of names are read here, so the whole table is decoded at once and names are cut out of it.
 */
import { decodeText } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'

/** Stands for a byte outside of ASCII in the decoded table, so that offsets count alike in bytes and characters. */
const MASK = 1

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
    this.#text ??= decodeText(maskNonAscii(this.#bytes), 'utf-8')
    const end = this.#text.indexOf('\0', offset)
    if (offset < 0 || offset >= this.#bytes.length || end === -1) {
      throw new FormatError(this.#subject, `no string at offset ${offset} of a table of ${this.#bytes.length} bytes`)
    }
    const text = this.#text.slice(offset, end)
    return text.includes(MASKED) ? decodeText(this.#bytes.subarray(offset, end), 'utf-8') : text
  }
}

const MASKED = String.fromCharCode(MASK)

function maskNonAscii(bytes: Uint8Array): Uint8Array {
  let masked: Uint8Array | undefined
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] as number) < 0x80) continue
    masked ??= bytes.slice()
    masked[i] = MASK
  }
  return masked ?? bytes
}
