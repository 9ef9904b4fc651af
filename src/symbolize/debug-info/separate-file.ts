/**
 * Where the debug information of a file is when it is not in the file: distributions strip programs and offer the rest as a
 * package of its own. By build ID, also in the cache of debuginfod, and by `.gnu_debuglink`, as gdb looks for it.
 */
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { type ElfFile, findSection, readElf, readSection } from '../../format/elf/elf-file.ts'
import { readBuildId } from '../../format/elf/notes.ts'
import { FileSource } from '../file-source.ts'
import { getZlib } from './inflate.ts'

/** Where packages of debug information put their files. */
const DEBUG_ROOT = '/usr/lib/debug'

/** A file, open. Whoever opened it closes its source. */
export interface OpenElf {
  readonly elf: ElfFile
  readonly source: FileSource
}

/** The separate debug file of `elf`, opened; undefined when none of this machine belongs to it. Throws `PermissionError`. */
export function openSeparateFile(elf: ElfFile, root: string = DEBUG_ROOT): OpenElf | undefined {
  const buildId = readBuildId(elf)
  for (const path of buildId === undefined ? [] : [byBuildId(root, buildId), byDebuginfod(buildId)]) {
    const found = openIf(path, (other) => readBuildId(other) === buildId)
    if (found !== undefined) return found
  }
  const link = readDebugLink(elf)
  if (link === undefined) return undefined
  for (const path of byLink(elf.source.name, link.name, root)) {
    const found = openIf(path, (other) => belongs(other, { buildId, crc: link.crc }))
    if (found !== undefined) return found
  }
  return undefined
}

/** The file of what several programs share, which DWZ has moved there. Throws `PermissionError`. */
export function openSupplementaryFile(elf: ElfFile, root: string = DEBUG_ROOT): OpenElf | undefined {
  const section = findSection(elf, '.gnu_debugaltlink')
  if (section === undefined) return undefined
  const reader = new ByteReader(readSection(elf, section), elf.source.name)
  const name = reader.cString()
  const buildId = Array.from(reader.take(reader.remaining), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const paths = [join(dirname(realPath(elf.source.name)), name), ...(name.startsWith('/') ? [name] : []), byBuildId(root, buildId)]
  for (const path of paths) {
    const found = openIf(path, (other) => readBuildId(other) === buildId)
    if (found !== undefined) return found
  }
  return undefined
}

function byBuildId(root: string, buildId: string): string {
  return join(root, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`)
}

/** Where debuginfod's client, and with it gdb and perf, keep what they have fetched; nothing is fetched here. */
function byDebuginfod(buildId: string): string {
  const { DEBUGINFOD_CACHE_PATH, XDG_CACHE_HOME, HOME = '/root' } = process.env
  const cache = DEBUGINFOD_CACHE_PATH ?? join(XDG_CACHE_HOME ?? join(HOME, '.cache'), 'debuginfod_client')
  return join(cache, buildId, 'debuginfo')
}

function byLink(path: string, name: string, root: string): string[] {
  const real = realPath(path)
  const directory = dirname(real)
  const base = basename(name)
  return [join(directory, base), join(directory, '.debug', base), join(root, directory, base)].filter((candidate) => candidate !== real)
}

/** A path in the root of a process is gone when the process is. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Name, padding to four bytes, and the CRC-32 of the file meant. */
function readDebugLink(elf: ElfFile): { readonly name: string; readonly crc: number } | undefined {
  const section = findSection(elf, '.gnu_debuglink')
  if (section === undefined) return undefined
  const reader = new ByteReader(readSection(elf, section), elf.source.name)
  const name = reader.cString()
  reader.offset = Math.ceil(reader.offset / 4) * 4
  return { name, crc: reader.u32() }
}

function belongs(other: ElfFile, { buildId, crc }: { readonly buildId: string | undefined; readonly crc: number }): boolean {
  if (buildId !== undefined) return readBuildId(other) === buildId
  return getZlib().crc32(other.source.read(0, other.source.size)) === crc
}

function openIf(path: string, isRight: (elf: ElfFile) => boolean): OpenElf | undefined {
  if (!existsSync(path)) return undefined
  const source = new FileSource(path)
  try {
    const elf = readElf(source)
    if (isRight(elf)) return { elf, source }
  } catch (error) {
    if (!(error instanceof FormatError)) {
      source.close()
      throw error
    }
  }
  source.close()
  return undefined
}
