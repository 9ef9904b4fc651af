/**
 * The dynamic linker's list of libraries, /etc/ld.so.cache: where a name such as `libc` or `libssl.so.3` lies. Source of the
 * layout: glibc, `sysdeps/generic/dl-cache.h` (`struct cache_file_new`, 2.2 and later).
 */
import { ByteReader } from '../base/bytes.ts'

/** A library in the cache: where its strings are. They are read when they are asked for: a cache has thousands. */
interface Entry {
  readonly name: number
  readonly path: number
  /** For any x86-64 CPU. */
  readonly plain: boolean
}

/** The x86-64 libraries of a cache, plain builds before those for particular CPUs. */
export interface LibraryCache {
  readonly table: Uint8Array
  readonly entries: readonly Entry[]
}

const MAGIC = 'glibc-ld.so.cache1.1'
const SUBJECT = '/etc/ld.so.cache'
const HEADER_SIZE = 48
const ENTRY_SIZE = 24
/** FLAG_ELF_LIBC6 and FLAG_X8664_LIB64. */
const X86_64 = 0x0303

/** Reads a cache; something else is an empty one. Throws `FormatError` when it is damaged. */
export function readLibraryCache(bytes: Uint8Array): LibraryCache {
  const start = findMagic(bytes)
  if (start === -1) return { table: bytes, entries: [] }
  const table = bytes.subarray(start)
  const count = new ByteReader(table, SUBJECT, MAGIC.length).u32()
  const reader = new ByteReader(table, SUBJECT, HEADER_SIZE)
  const entries: Entry[] = []
  for (let left = Math.min(count, reader.remaining / ENTRY_SIZE); left >= 1; left--) {
    const [flags, name, path] = [reader.u32(), reader.u32(), reader.u32()]
    const plain = reader.skip(4).u64() === 0n
    if (flags === X86_64) entries.push({ name, path, plain })
  }
  return { table, entries: entries.sort((a, b) => Number(b.plain) - Number(a.plain)) }
}

/** The path of a library by name: `libc.so.6` exactly, else `libc` or `libc.so` without their version. Throws `FormatError`. */
export function findLibrary({ table, entries }: LibraryCache, name: string): string | undefined {
  const stem = name.endsWith('.so') ? name : `${name}.so`
  for (const beginning of [`${name}\0`, `${stem}\0`, `${stem}.`]) {
    const wanted = new TextEncoder().encode(beginning)
    const found = entries.find((entry) => wanted.every((byte, index) => table[entry.name + index] === byte))
    if (found !== undefined) return new ByteReader(table, SUBJECT, Math.min(found.path, table.length)).cString()
  }
  return undefined
}

/** A cache may begin with the old format, for old linkers. */
function findMagic(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(MAGIC.charCodeAt(0)); at !== -1; at = bytes.indexOf(MAGIC.charCodeAt(0), at + 1)) {
    if (String.fromCharCode(...bytes.subarray(at, at + MAGIC.length)) === MAGIC) return at
  }
  return -1
}
