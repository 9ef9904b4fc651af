/**
 * Reads one value of an attribute: all forms of DWARF 2 to 5 and of GNU. What a value is an index of is looked up by
 * `die.ts`, which knows the unit's tables.
 */
import type { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { AttributeSpec } from './abbreviations.ts'
import { FORM } from './constants.ts'
import { type Encoding, notIndirect } from './form-sizes.ts'
import { readSigned, readUnsigned } from './leb128.ts'

/** A value as it is written. */
export type AttributeValue =
  | { readonly kind: 'address'; readonly value: bigint }
  /** Number `value` of .debug_addr. */
  | { readonly kind: 'address-index'; readonly value: number }
  /** `size` in bytes for a form that does not say whether it is signed; `value` is then unsigned. */
  | { readonly kind: 'constant'; readonly value: bigint; readonly size?: number }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'block'; readonly bytes: Uint8Array }
  /** An offset in the section that belongs to the attribute. */
  | { readonly kind: 'offset'; readonly value: number }
  /** Number `value` of the unit's part of .debug_loclists or .debug_rnglists. */
  | { readonly kind: 'list-index'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'text-at'; readonly section: 'str' | 'line_str' | 'supplementary'; readonly value: number }
  /** Number `value` of .debug_str_offsets. */
  | { readonly kind: 'text-index'; readonly value: number }
  /** Of an entry: relative to the unit, in .debug_info, or in that of the supplementary file. */
  | { readonly kind: 'reference'; readonly to: 'unit' | 'section' | 'supplementary'; readonly value: number }
  | { readonly kind: 'signature'; readonly value: bigint }

/** Reads the value at the reader's position. Throws `FormatError`. */
export function readValue(reader: ByteReader, spec: AttributeSpec, encoding: Encoding): AttributeValue {
  const { form } = spec
  if (form === FORM.implicit_const) return { kind: 'constant', value: spec.implicit ?? 0n }
  if (form === FORM.indirect) return readForm(reader, notIndirect(reader.uleb128()), encoding)
  return readForm(reader, form, encoding)
}

function readForm(reader: ByteReader, form: number, encoding: Encoding): AttributeValue {
  const read = READERS[form]
  if (read === undefined) throw new FormatError(reader.subject, `unknown form 0x${form.toString(16)}`)
  return read(reader, encoding)
}

type Read = (reader: ByteReader, encoding: Encoding) => AttributeValue

const offset = (reader: ByteReader, { offsetSize }: Encoding) => (offsetSize === 8 ? reader.size64() : reader.u32())
const u24 = (reader: ByteReader) => reader.u16() + 65536 * reader.u8()

const constant =
  (size: 1 | 2 | 4 | 8 | 16): Read =>
  (reader) => ({ kind: 'constant', value: readInteger(reader, size), size })
const block =
  (length: (reader: ByteReader) => number): Read =>
  (reader) => ({ kind: 'block', bytes: reader.take(length(reader)) })
const textAt =
  (section: 'str' | 'line_str' | 'supplementary'): Read =>
  (reader, encoding) => ({ kind: 'text-at', section, value: offset(reader, encoding) })
const index =
  (kind: 'address-index' | 'list-index' | 'text-index', read: (reader: ByteReader) => number): Read =>
  (reader) => ({ kind, value: read(reader) })
const reference =
  (to: 'unit' | 'section' | 'supplementary', read: (reader: ByteReader, encoding: Encoding) => number): Read =>
  (reader, encoding) => ({ kind: 'reference', to, value: read(reader, encoding) })

const u8 = (reader: ByteReader) => reader.u8()
const u16 = (reader: ByteReader) => reader.u16()
const u32 = (reader: ByteReader) => reader.u32()
const size64 = (reader: ByteReader) => reader.size64()
const uleb128 = (reader: ByteReader) => reader.uleb128()

const READERS: Readonly<Record<number, Read>> = {
  [FORM.addr]: (reader, { addressSize }) => ({ kind: 'address', value: addressSize === 8 ? reader.u64() : BigInt(reader.u32()) }),
  [FORM.addrx]: index('address-index', uleb128),
  [FORM.addrx1]: index('address-index', u8),
  [FORM.addrx2]: index('address-index', u16),
  [FORM.addrx3]: index('address-index', u24),
  [FORM.addrx4]: index('address-index', u32),
  [FORM.GNU_addr_index]: index('address-index', uleb128),
  [FORM.data1]: constant(1),
  [FORM.data2]: constant(2),
  [FORM.data4]: constant(4),
  [FORM.data8]: constant(8),
  [FORM.data16]: constant(16),
  [FORM.sdata]: (reader) => ({ kind: 'constant', value: readSigned(reader) }),
  [FORM.udata]: (reader) => ({ kind: 'constant', value: readUnsigned(reader) }),
  [FORM.flag]: (reader) => ({ kind: 'flag', value: reader.u8() !== 0 }),
  [FORM.flag_present]: () => ({ kind: 'flag', value: true }),
  [FORM.block1]: block(u8),
  [FORM.block2]: block(u16),
  [FORM.block4]: block(u32),
  [FORM.block]: block(uleb128),
  [FORM.exprloc]: block(uleb128),
  [FORM.sec_offset]: (reader, encoding) => ({ kind: 'offset', value: offset(reader, encoding) }),
  [FORM.loclistx]: index('list-index', uleb128),
  [FORM.rnglistx]: index('list-index', uleb128),
  [FORM.string]: (reader) => ({ kind: 'text', text: reader.cString() }),
  [FORM.strp]: textAt('str'),
  [FORM.line_strp]: textAt('line_str'),
  [FORM.strp_sup]: textAt('supplementary'),
  [FORM.GNU_strp_alt]: textAt('supplementary'),
  [FORM.strx]: index('text-index', uleb128),
  [FORM.strx1]: index('text-index', u8),
  [FORM.strx2]: index('text-index', u16),
  [FORM.strx3]: index('text-index', u24),
  [FORM.strx4]: index('text-index', u32),
  [FORM.GNU_str_index]: index('text-index', uleb128),
  [FORM.ref1]: reference('unit', u8),
  [FORM.ref2]: reference('unit', u16),
  [FORM.ref4]: reference('unit', u32),
  [FORM.ref8]: reference('unit', size64),
  [FORM.ref_udata]: reference('unit', uleb128),
  [FORM.ref_addr]: reference('section', (reader, encoding) =>
    encoding.version < 3 && encoding.addressSize === 8 ? reader.size64() : offset(reader, encoding),
  ),
  [FORM.ref_sup4]: reference('supplementary', u32),
  [FORM.ref_sup8]: reference('supplementary', size64),
  [FORM.GNU_ref_alt]: reference('supplementary', offset),
  [FORM.ref_sig8]: (reader) => ({ kind: 'signature', value: reader.u64() }),
}

function readInteger(reader: ByteReader, size: 1 | 2 | 4 | 8 | 16): bigint {
  switch (size) {
    case 1:
      return BigInt(reader.u8())
    case 2:
      return BigInt(reader.u16())
    case 4:
      return BigInt(reader.u32())
    case 8:
      return reader.u64()
    case 16:
      return reader.u64() | (reader.u64() << 64n)
  }
}
