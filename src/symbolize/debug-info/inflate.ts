/**
 * Inflates compressed sections by Node's zlib; the readers of `format/dwarf` are pure and are handed this.
 */
import * as zlib from 'node:zlib'
import { FormatError } from '../../base/errors.ts'
import type { Inflate } from '../../format/dwarf/sections.ts'

/** In Node 22.15 and later. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array }

/** Inflates to exactly `size` bytes. Throws `FormatError` for damage, and for zstd where this Node has none. */
export const inflate: Inflate = (bytes, { kind, size, subject }) => {
  if (kind === 'zstd' && zstdDecompressSync === undefined)
    throw new FormatError(subject, 'is compressed with zstd, which Node reads from version 22.15 on', {
      remedy: 'use a newer Node, or decompress the file: objcopy --decompress-debug-sections FILE',
    })
  const options = { maxOutputLength: Math.max(1, size) }
  const whole = orFormatError(subject, () => (kind === 'zstd' ? zstdDecompressSync?.(bytes, options) : zlib.inflateSync(bytes, options)))
  if (whole?.length !== size) throw new FormatError(subject, `holds ${whole?.length ?? 0} bytes where its header says ${size}`)
  return whole
}

function orFormatError<T>(subject: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw new FormatError(subject, `cannot be decompressed: ${(cause as Error).message}`, { cause })
  }
}
