/**
 * Makes BTF: types are added one by one, each after those that it refers to, and equal ones get one number. A type that
 * refers to itself is not needed for maps and programs, and not possible here.
 */
import { ByteWriter } from '../../base/bytes.ts'
import type { BtfWritableType, TypeId } from './btf-type.ts'
import { BTF_HEADER_SIZE, BTF_MAGIC } from './kinds.ts'
import { writeType } from './write-type.ts'

/** Types and strings in the making. */
export class BtfBuilder {
  readonly #types = new ByteWriter()
  readonly #strings = new ByteWriter().u8(0)
  readonly #stringOffsets = new Map([['', 0]])
  readonly #ids = new Map<string, TypeId>()
  #count = 0
  readonly #encoder = new TextEncoder()

  /** The number of a type, which is added when no equal one is there; enums are not compared. */
  add(type: BtfWritableType): TypeId {
    const key = type.kind === 'enum' || type.kind === 'enum64' ? undefined : JSON.stringify(type)
    const known = key === undefined ? undefined : this.#ids.get(key)
    if (known !== undefined) return known
    writeType(this.#types, type, (text) => this.string(text))
    this.#count++
    if (key !== undefined) this.#ids.set(key, this.#count)
    return this.#count
  }

  /** The offset of a string in the string table. A NUL in it, which no name has, becomes a space. */
  string(text: string): number {
    const known = this.#stringOffsets.get(text)
    if (known !== undefined) return known
    const offset = this.#strings.length
    this.#strings.raw(this.#encoder.encode(text.replaceAll('\0', ' '))).u8(0)
    this.#stringOffsets.set(text, offset)
    return offset
  }

  /** The whole, as BPF_BTF_LOAD takes it. */
  finish(): Uint8Array {
    const types = this.#types.finish()
    const strings = this.#strings.finish()
    return new ByteWriter()
      .u16(BTF_MAGIC)
      .u8(1)
      .u8(0)
      .u32(BTF_HEADER_SIZE)
      .u32(0)
      .u32(types.length)
      .u32(types.length)
      .u32(strings.length)
      .raw(types)
      .raw(strings)
      .finish()
  }
}
