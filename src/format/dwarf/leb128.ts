/**
 * LEB128 numbers of up to 64 bits, which constants of C programs need; `ByteReader.uleb128` reads the smaller ones.
 */
import type { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'

const LONGEST = 10

/** An unsigned number, modulo 2^64. Throws `FormatError` when it is longer than ten bytes. */
export function readUnsigned(reader: ByteReader): bigint {
  return BigInt.asUintN(64, readGroups(reader).value)
}

/** A signed number of 64 bits. Throws `FormatError` when it is longer than ten bytes. */
export function readSigned(reader: ByteReader): bigint {
  const { value, bits } = readGroups(reader)
  return BigInt.asIntN(Math.min(bits, 64), value)
}

function readGroups(reader: ByteReader): { readonly value: bigint; readonly bits: number } {
  let value = 0n
  for (let count = 0; count < LONGEST; count++) {
    const byte = reader.u8()
    value |= BigInt(byte & 0x7f) << BigInt(7 * count)
    if (byte < 0x80) return { value, bits: 7 * (count + 1) }
  }
  throw new FormatError(reader.subject, `LEB128 number before offset ${reader.offset} is too long`)
}

/** The position behind the LEB128 number at `at`. Looks at no more than `bytes` has; a position behind the end is for the caller to find. */
export function skipLeb128(bytes: Uint8Array, at: number): number {
  let next = at
  while ((bytes[next++] as number) >= 0x80);
  return next
}
