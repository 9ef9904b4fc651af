/**
 * The dynamic linker's list of libraries, /etc/ld.so.cache: where a name such as `libc` or `libssl.so.3` lies. Source of the
 * layout: glibc, `sysdeps/generic/dl-cache.h` (`struct cache_file_new`, 2.2 and later).
 */
import { ByteReader } from '../base/bytes.ts'

/** A library in the cache. */
export interface CachedLibrary {
  /** File name, such as `libc.so.6`. */
  readonly name: string
  readonly path: string
}

const MAGIC = 'glibc-ld.so.cache1.1'
const HEADER_SIZE = 48
const ENTRY_SIZE = 24
/** FLAG_ELF_LIBC6 and FLAG_X8664_LIB64. */
const X86_64 = 0x0303

/** The x86-64 libraries of a cache, plain builds before those for particular CPUs. Throws `FormatError` when it is damaged. */
export function parseLibraryCache(bytes: Uint8Array): readonly CachedLibrary[] {
  const start = findMagic(bytes)
  if (start === -1) return []
  const table = bytes.subarray(start)
  const subject = '/etc/ld.so.cache'
  const count = new ByteReader(table, subject, MAGIC.length).u32()
  const reader = new ByteReader(table, subject, HEADER_SIZE)
  const found: (CachedLibrary & { readonly plain: boolean })[] = []
  for (let left = Math.min(count, reader.remaining / ENTRY_SIZE); left >= 1; left--) {
    const [flags, key, value] = [reader.u32(), reader.u32(), reader.u32()]
    const plain = reader.skip(4).u64() === 0n
    if (flags === X86_64) found.push({ name: textAt(table, key), path: textAt(table, value), plain })
  }
  return found.sort((a, b) => Number(b.plain) - Number(a.plain)).map(({ name, path }) => ({ name, path }))
}

/** The path of a library by name: `libc.so.6` exactly, else `libc` or `libc.so` without their version. */
export function findLibrary(libraries: readonly CachedLibrary[], name: string): string | undefined {
  const exact = libraries.find((library) => library.name === name)
  if (exact !== undefined) return exact.path
  const stem = name.endsWith('.so') ? name : `${name}.so`
  return libraries.find((library) => library.name === stem || library.name.startsWith(`${stem}.`))?.path
}

/** A cache may begin with the old format, for old linkers. */
function findMagic(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(MAGIC.charCodeAt(0)); at !== -1; at = bytes.indexOf(MAGIC.charCodeAt(0), at + 1)) {
    if (String.fromCharCode(...bytes.subarray(at, at + MAGIC.length)) === MAGIC) return at
  }
  return -1
}

function textAt(table: Uint8Array, offset: number): string {
  return new ByteReader(table, '/etc/ld.so.cache', Math.min(offset, table.length)).cString()
}
