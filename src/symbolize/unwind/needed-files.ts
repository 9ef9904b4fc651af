/**
 * The files that a program will have mapped once it runs, as far as its own headers tell: itself, the dynamic linker, and the
 * libraries it needs, where the linker's cache has them.
 */
import { readFileSync } from 'node:fs'
import { readDynamic } from '../../format/elf/dynamic.ts'
import { readElf } from '../../format/elf/elf-file.ts'
import { SEGMENT_TYPE } from '../../format/elf/segments.ts'
import { FileSource } from '../file-source.ts'
import { findLibrary, type LibraryCache, readLibraryCache } from '../library-cache.ts'

const LIBRARY_CACHE = '/etc/ld.so.cache'

/** Paths, `path` first. What cannot be read is left out. */
export function neededFiles(path: string): readonly string[] {
  const found = new Set([path])
  let libraries: LibraryCache | undefined
  for (const one of found) {
    for (const name of namesIn(one)) {
      libraries ??= cachedLibraries()
      const library = name.startsWith('/') ? name : findLibrary(libraries, name)
      if (library !== undefined) found.add(library)
    }
  }
  return [...found]
}

/** The dynamic linker's path, and names of libraries. */
function namesIn(path: string): readonly string[] {
  try {
    const source = new FileSource(path)
    try {
      const elf = readElf(source)
      const linker = elf.segments.find(({ type }) => type === SEGMENT_TYPE.interpreter)
      const text =
        linker === undefined ? [] : [Buffer.from(source.read(linker.offset, linker.fileSize)).toString('latin1').split('\0', 1).join('')]
      return [...text, ...(readDynamic(elf)?.needed ?? [])]
    } finally {
      source.close()
    }
  } catch {
    return [] // No program of ours: whoever runs it says what is wrong.
  }
}

function cachedLibraries(): LibraryCache {
  try {
    return readLibraryCache(new Uint8Array(readFileSync(LIBRARY_CACHE)))
  } catch {
    return readLibraryCache(new Uint8Array()) // A system without a cache, such as one with musl.
  }
}
