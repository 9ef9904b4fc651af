/**
 * Finds the headers that the C part of a script includes: beside the file that names them, in the directories of `-I`, and for `<...>`
 * where the system has its own.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FindHeader, Header } from '../../frontend/c/preprocessor.ts'

const SYSTEM_DIRECTORIES = [
  '/usr/local/include',
  '/usr/include',
  `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
]

/** A finder for one script; `script` is its path, or any name that is none: the directory of that is the current one. */
export function headerFinder(script: string, own: readonly string[] = []): FindHeader {
  return (name, kind, from) => {
    if (name.startsWith('/')) return readHeader(name)
    const directories = [...(kind === 'quoted' ? [dirname(from ?? script)] : []), ...own, ...SYSTEM_DIRECTORIES]
    for (const directory of directories) {
      const header = readHeader(join(directory, name))
      if (header !== undefined) return header
    }
    return undefined
  }
}

function readHeader(path: string): Header | undefined {
  try {
    return { path, text: readFileSync(path, 'latin1') }
  } catch {
    return undefined
  }
}
