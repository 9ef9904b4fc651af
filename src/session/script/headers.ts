/**
 * The headers that the C part of a script may include: beside the file that names them, in the directories of `-I`, and those of the
 * system.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { FindHeader, Header, Headers } from '../../frontend/c/preprocessor.ts'

/** By what Node calls a machine: how its compilers say which it is, and where Debian keeps its headers. */
const MACHINES: Readonly<Record<string, { readonly macro: string; readonly directory: string }>> = {
  x64: { macro: '__x86_64__', directory: 'x86_64-linux-gnu' },
  arm64: { macro: '__aarch64__', directory: 'aarch64-linux-gnu' },
}

/** What a compiler brings along, which nobody needs to have here. */
const COMPILER_HEADERS: Readonly<Record<string, string>> = {
  'stddef.h': 'typedef unsigned long size_t; typedef long ptrdiff_t; typedef int wchar_t;',
  'stdarg.h': 'typedef void *va_list; typedef void *__gnuc_va_list; typedef void *__builtin_va_list;',
  'stdbool.h': '#define true 1\n#define false 0',
  'float.h': '',
}

/** What is asked for on the command line. */
export interface HeaderOptions {
  /** `-I`: directories that are looked in before the system's. */
  readonly includeDirectories?: readonly string[]
  /** `--include`: headers that are read before the script. */
  readonly includeFiles?: readonly string[]
}

/** The headers of one script; the directory of a name that is no path (`stdin`) is the current one. */
export function headersOf(script: string, { includeDirectories = [], includeFiles = [] }: HeaderOptions): Headers {
  const machine = MACHINES[process.arch]
  const system = ['/usr/local/include', ...(machine === undefined ? [] : [`/usr/include/${machine.directory}`]), '/usr/include']
  const find: FindHeader = (name, kind, from) => {
    const beside = kind === 'quoted' ? [dirname(from ?? script)] : []
    for (const directory of [...beside, ...includeDirectories, ...system]) {
      const header = readHeader(resolve(directory, name))
      if (header !== undefined) return header
    }
    const text = COMPILER_HEADERS[name]
    return text === undefined ? undefined : { path: name, text }
  }
  const first = includeFiles.map((path) => resolve(path))
  return { find, first, ...(machine === undefined ? {} : { macros: { [machine.macro]: '1' } }) }
}

function readHeader(path: string): Header | undefined {
  try {
    return { path, text: readFileSync(path, 'latin1') }
  } catch {
    return undefined
  }
}
