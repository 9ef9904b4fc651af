/**
 * How many bytes each form takes, so that entries are passed over without being read: millions of them, where a function
 * is looked for by name.
 */
import { FormatError } from '../../base/errors.ts'
import { FORM } from './constants.ts'
import { skipLeb128 } from './leb128.ts'

/** What the sizes of some forms depend on. */
export interface Encoding {
  /** 4, or 8 in 64-bit DWARF. */
  readonly offsetSize: 4 | 8
  /** 4 or 8. */
  readonly addressSize: number
  /** 2 to 5. */
  readonly version: number
}

const FIXED: Readonly<Record<number, number>> = {
  [FORM.data1]: 1,
  [FORM.data2]: 2,
  [FORM.data4]: 4,
  [FORM.data8]: 8,
  [FORM.data16]: 16,
  [FORM.flag]: 1,
  [FORM.flag_present]: 0,
  [FORM.implicit_const]: 0,
  [FORM.ref1]: 1,
  [FORM.ref2]: 2,
  [FORM.ref4]: 4,
  [FORM.ref8]: 8,
  [FORM.ref_sig8]: 8,
  [FORM.ref_sup4]: 4,
  [FORM.ref_sup8]: 8,
  [FORM.strx1]: 1,
  [FORM.strx2]: 2,
  [FORM.strx3]: 3,
  [FORM.strx4]: 4,
  [FORM.addrx1]: 1,
  [FORM.addrx2]: 2,
  [FORM.addrx3]: 3,
  [FORM.addrx4]: 4,
}

const OFFSETS: ReadonlySet<number> = new Set([
  FORM.strp,
  FORM.sec_offset,
  FORM.line_strp,
  FORM.strp_sup,
  FORM.GNU_ref_alt,
  FORM.GNU_strp_alt,
])

const NUMBERS: ReadonlySet<number> = new Set([
  FORM.sdata,
  FORM.udata,
  FORM.ref_udata,
  FORM.strx,
  FORM.addrx,
  FORM.loclistx,
  FORM.rnglistx,
  FORM.GNU_addr_index,
  FORM.GNU_str_index,
])

/** Bytes that a form always takes; undefined where its content decides. */
export function fixedSize(form: number, encoding: Encoding): number | undefined {
  if (form === FORM.addr) return encoding.addressSize
  // DWARF 2 wrote addresses here.
  if (form === FORM.ref_addr) return encoding.version < 3 ? encoding.addressSize : encoding.offsetSize
  return OFFSETS.has(form) ? encoding.offsetSize : FIXED[form]
}

/** The position behind a value of a form without fixed size; it may lie behind the end of `bytes`. Throws `FormatError`. */
export function skipForm(bytes: Uint8Array, at: number, form: number, encoding: Encoding): number {
  const fixed = fixedSize(form, encoding)
  if (fixed !== undefined) return at + fixed
  if (NUMBERS.has(form)) return skipLeb128(bytes, at)
  switch (form) {
    case FORM.string: {
      const end = bytes.indexOf(0, at)
      return end === -1 ? bytes.length + 1 : end + 1
    }
    case FORM.block1:
      return at + 1 + byteAt(bytes, at)
    case FORM.block2:
      return at + 2 + byteAt(bytes, at) + 256 * byteAt(bytes, at + 1)
    case FORM.block4:
      return at + 4 + byteAt(bytes, at) + 256 * byteAt(bytes, at + 1) + 65536 * byteAt(bytes, at + 2) + 2 ** 24 * byteAt(bytes, at + 3)
    case FORM.block:
    case FORM.exprloc:
      return skipLeb128(bytes, at) + smallNumber(bytes, at)
    case FORM.indirect:
      return skipForm(bytes, skipLeb128(bytes, at), notIndirect(smallNumber(bytes, at)), encoding)
    default:
      throw new FormatError('DWARF', `unknown form 0x${form.toString(16)}`)
  }
}

/** The form that `DW_FORM_indirect` names; it may not name itself. Throws `FormatError`. */
export function notIndirect(form: number): number {
  if (form === FORM.indirect || form === FORM.implicit_const) throw new FormatError('DWARF', `indirect form 0x${form.toString(16)}`)
  return form
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

/** The LEB128 number at `at`, of which 28 bits are enough here. */
function smallNumber(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = byteAt(bytes, at + shift / 7)
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return value
}
