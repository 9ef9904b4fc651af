/**
 * Inflates compressed sections by Node's zlib; the readers of `format/dwarf` are pure and are handed this.
 */
import type zlib from 'node:zlib'
import { FormatError } from '../../base/errors.ts'
import type { Inflate } from '../../format/dwarf/sections.ts'

/** What we use of zlib; zstd is in Node 22.15 and later. */
type Zlib = Pick<typeof zlib, 'inflateSync' | 'crc32'> & {
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array
}

/** Node's zlib, loaded when it is first used: that takes 2 ms, and most runs have nothing that is compressed. */
export function getZlib(): Zlib {
  return process.getBuiltinModule('node:zlib')
}

/** Inflates to exactly `size` bytes. Throws `FormatError` for damage, and for zstd where this Node has none. */
export const inflate: Inflate = (bytes, { kind, size, subject }) => {
  const { inflateSync, zstdDecompressSync } = getZlib()
  if (kind === 'zstd' && zstdDecompressSync === undefined)
    throw new FormatError(subject, 'is compressed with zstd, which Node reads from version 22.15 on', {
      remedy: 'use a newer Node, or decompress the file: objcopy --decompress-debug-sections FILE',
    })
  const options = { maxOutputLength: Math.max(1, size) }
  const whole = orFormatError(subject, () => (kind === 'zstd' ? zstdDecompressSync?.(bytes, options) : inflateSync(bytes, options)))
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
