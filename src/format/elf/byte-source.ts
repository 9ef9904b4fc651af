/**
 * Where the readers of object files get their bytes from: ranges, so that a file of 100 MB costs what is looked at. The
 * readers stay pure; `symbolize` implements this over a file, tests over bytes in memory.
 */
import { FormatError } from '../../base/errors.ts'

/** Something with bytes at offsets. */
export interface ByteSource {
  /** What the bytes are, for error messages: usually a path. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Exactly `length` bytes at `offset`. The caller must not write to them. Throws `FormatError` past the end. */
  read(offset: number, length: number): Uint8Array
}

/** A source over bytes in memory; what it hands out are views of `bytes`. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    read(offset, length) {
      checkRange(this, offset, length)
      return bytes.subarray(offset, offset + length)
    },
  }
}

/** Throws `FormatError` unless `[offset, offset + length)` lies in the source. */
export function checkRange(source: ByteSource, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= source.size) return
  throw new FormatError(source.name, `truncated: ${length} bytes wanted at offset ${offset}, the file has ${source.size}`)
}
