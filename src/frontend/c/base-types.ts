/**
 * The types that C has names for without declaring them, and those of the usual headers that scripts take for granted.
 */
import { INT8, INT16, INT32, INT64, type IntType, UINT8, UINT16, UINT32, UINT64 } from '../../spec/types/type.ts'

/** Words that a base type consists of, in any order. */
export const BASE_WORDS: ReadonlySet<string> = new Set([
  ...['void', '_Bool', 'bool', 'char', 'short', 'int', 'long', 'signed', '__signed__', 'unsigned', 'float', 'double', '__int128'],
])

/** Words that say nothing about the layout of a type. */
export const QUALIFIERS: ReadonlySet<string> = new Set([
  ...['const', 'volatile', 'restrict', '__restrict', '__restrict__', '__const', '__volatile__', '__extension__', '_Atomic'],
  ...['__user', '__rcu', '__percpu', '__kernel', '__iomem', '__force', '__bitwise', '__randomize_layout'],
  ...['extern', 'static', 'inline', '__inline', '__inline__', 'register', '_Noreturn', '__always_inline'],
])

/** The type that base words make; a clause that says why for what cannot be read, undefined for `void`. */
export function baseType(words: readonly string[]): IntType | string | undefined {
  const has = (word: string) => words.includes(word)
  if (has('void')) return undefined
  if (has('float') || has('double')) return 'it is a number with a fraction, which BPF cannot compute with'
  if (has('__int128')) return 'it is a number of 128 bits'
  if (has('_Bool') || has('bool')) return UINT8
  const signed = !has('unsigned')
  if (has('char')) return signed ? INT8 : UINT8
  if (has('short')) return signed ? INT16 : UINT16
  if (has('long')) return signed ? INT64 : UINT64
  return signed ? INT32 : UINT32
}

/** Bytes of what cannot be read as a value. */
export function opaqueSize(words: readonly string[]): number {
  if (words.includes('float')) return 4
  return words.includes('__int128') || (words.includes('double') && words.includes('long')) ? 16 : 8
}

/** Names that need no declaration; one in the script comes first. */
export const USUAL_TYPEDEFS: Readonly<Record<string, IntType>> = {
  ...{ int8_t: INT8, int16_t: INT16, int32_t: INT32, int64_t: INT64, uint8_t: UINT8, uint16_t: UINT16, uint32_t: UINT32, uint64_t: UINT64 },
  ...{ u8: UINT8, u16: UINT16, u32: UINT32, u64: UINT64, s8: INT8, s16: INT16, s32: INT32, s64: INT64 },
  ...{ __u8: UINT8, __u16: UINT16, __u32: UINT32, __u64: UINT64, __s8: INT8, __s16: INT16, __s32: INT32, __s64: INT64 },
  ...{ __be16: UINT16, __be32: UINT32, __be64: UINT64, __le16: UINT16, __le32: UINT32, __le64: UINT64 },
  ...{ size_t: UINT64, ssize_t: INT64, uintptr_t: UINT64, intptr_t: INT64, ptrdiff_t: INT64, off_t: INT64, loff_t: INT64 },
  ...{ pid_t: INT32, uid_t: UINT32, gid_t: UINT32, mode_t: UINT32, dev_t: UINT64, ino_t: UINT64, time_t: INT64, socklen_t: UINT32 },
  ...{ uint: UINT32, ushort: UINT16, ulong: UINT64, sa_family_t: UINT16, in_addr_t: UINT32, in_port_t: UINT16, clockid_t: INT32 },
}
