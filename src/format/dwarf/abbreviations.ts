/**
 * Abbreviations: what attributes the entries of each code have, in which forms. A unit's table is read only as far as its
 * entries ask for: the root alone of each of thousands of units is looked at where an address is looked up.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from '../elf/byte-source.ts'
import { AT, FORM } from './constants.ts'
import { type Encoding, fixedSize, skipForm } from './form-sizes.ts'
import { readSigned } from './leb128.ts'

/** An attribute of all entries of a code. */
export interface AttributeSpec {
  readonly attribute: number
  readonly form: number
  /** The value itself, for `DW_FORM_implicit_const`. */
  readonly implicit: bigint | undefined
  /** Bytes of the value; undefined where its content decides. */
  readonly size: number | undefined
}

/** What the entries of a code look like. */
export interface Abbreviation {
  readonly code: number
  readonly tag: number
  readonly hasChildren: boolean
  readonly attributes: readonly AttributeSpec[]
  /** Bytes of all values together; -1 where their content decides. */
  readonly size: number
  /** Position of a 4-byte `DW_AT_sibling` among the values; -1 where there is none at a fixed one. */
  readonly siblingAt: number
}

const CHUNK = 512
/** Beyond this a table is damaged: compilers number from 1, and reach thousands. */
const MOST_CODES = 1 << 20

/** The abbreviations of one unit by their codes. */
export class AbbreviationTable {
  readonly #source: ByteSource
  readonly #encoding: Encoding
  readonly #byCode: (Abbreviation | undefined)[] = []
  #at: number
  #complete = false

  constructor(source: ByteSource, offset: number, encoding: Encoding) {
    this.#source = source
    this.#encoding = encoding
    this.#at = offset
  }

  /** Throws `FormatError` when there is no such code. */
  get(code: number): Abbreviation {
    while (this.#byCode[code] === undefined && !this.#complete) this.#readSome()
    const found = this.#byCode[code]
    if (found === undefined) throw new FormatError(this.#source.name, `no abbreviation ${code}`)
    return found
  }

  /** Reads what lies whole in the next bytes. */
  #readSome(): void {
    const rest = this.#source.size - this.#at
    for (let length = Math.min(CHUNK, rest); ; length = Math.min(length * 4, rest)) {
      const reader = new ByteReader(this.#source.read(this.#at, length), this.#source.name)
      let done = 0
      try {
        while (!this.#complete) {
          this.#readOne(reader)
          done = reader.offset
        }
      } catch (error) {
        // The last one of a chunk is cut off; only one that no chunk is long enough for is damaged.
        if (!(error instanceof FormatError) || (done === 0 && length === rest)) throw error
      }
      this.#at += done
      if (done > 0) return
    }
  }

  #readOne(reader: ByteReader): void {
    const code = reader.uleb128()
    if (code === 0) {
      this.#complete = true
      return
    }
    if (code > MOST_CODES) throw new FormatError(this.#source.name, `abbreviation code ${code} is out of range`)
    const tag = reader.uleb128()
    const hasChildren = reader.u8() !== 0
    const attributes = readAttributes(reader, this.#encoding)
    this.#byCode[code] ??= { code, tag, hasChildren, attributes, size: sizeOf(attributes), siblingAt: siblingAt(attributes) }
  }
}

function readAttributes(reader: ByteReader, encoding: Encoding): AttributeSpec[] {
  const attributes: AttributeSpec[] = []
  for (;;) {
    const attribute = reader.uleb128()
    const form = reader.uleb128()
    if (attribute === 0 && form === 0) return attributes
    const implicit = form === FORM.implicit_const ? readSigned(reader) : undefined
    attributes.push({ attribute, form, implicit, size: fixedSize(form, encoding) })
  }
}

function sizeOf(attributes: readonly AttributeSpec[]): number {
  let total = 0
  for (const { size } of attributes) {
    if (size === undefined) return -1
    total += size
  }
  return total
}

function siblingAt(attributes: readonly AttributeSpec[]): number {
  let at = 0
  for (const { attribute, form, size } of attributes) {
    if (attribute === AT.sibling) return form === FORM.ref4 ? at : -1
    if (size === undefined) return -1
    at += size
  }
  return -1
}

/** The position behind the values of an entry. Throws `FormatError` when it lies outside of `bytes`. */
export function skipValues(bytes: Uint8Array, at: number, abbreviation: Abbreviation, encoding: Encoding): number {
  let next = at
  if (abbreviation.size >= 0) next += abbreviation.size
  else for (const { form, size } of abbreviation.attributes) next = size === undefined ? skipForm(bytes, next, form, encoding) : next + size
  if (next > bytes.length) throw new FormatError('DWARF', `an entry at ${at} goes beyond its unit`)
  return next
}
