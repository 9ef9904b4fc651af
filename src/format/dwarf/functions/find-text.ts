/**
 * Where in a table of strings a text is. Linkers keep one copy of strings that end alike, so it may begin anywhere.
 */
import type { ByteSource } from '../../elf/byte-source.ts'

const CHUNK = 1 << 20

/** All offsets at which `wanted` is, which ends with its NUL. */
export function findText(source: ByteSource | undefined, wanted: Uint8Array): ReadonlySet<number> {
  const found = new Set<number>()
  if (source === undefined) return found
  for (let start = 0; start < source.size; start += CHUNK) {
    // Chunks overlap by what one occurrence can reach over their end.
    const bytes = source.read(start, Math.min(CHUNK + wanted.length - 1, source.size - start))
    for (let at = bytes.indexOf(0, wanted.length - 1); at !== -1; at = bytes.indexOf(0, at + 1)) {
      const begin = at - wanted.length + 1
      if (endsAt(bytes, begin, wanted)) found.add(start + begin)
    }
  }
  return found
}

/** Compared from the back: texts that end alike are rarer than those that begin alike. */
function endsAt(bytes: Uint8Array, begin: number, wanted: Uint8Array): boolean {
  for (let i = wanted.length - 2; i >= 0; i--) if (bytes[begin + i] !== wanted[i]) return false
  return true
}
