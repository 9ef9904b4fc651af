/**
 * The symbols of what processes have mapped, each file read once: a library of ten processes, or the same one in ten containers by its
 * build ID, is one.
 */
import { type BigIntStats, statSync } from 'node:fs'
import { FormatError, PermissionError, UsageError } from '../../base/errors.ts'
import { memorySource } from '../../format/elf/byte-source.ts'
import { type MappedFile, VDSO_PATH } from '../../kernel/procfs/processes.ts'
import { readVdso } from '../../kernel/procfs/vdso.ts'
import { Executable } from '../executable.ts'
import { ExecutableSymbols } from './executable-symbols.ts'

const DELETED = ' (deleted)'

/** Owns the files that it opened. */
export class MappedSymbols {
  readonly #byIdentity = new Map<string, ExecutableSymbols | string>()
  readonly #byBuildId = new Map<string, ExecutableSymbols>()
  readonly #opened: Executable[] = []

  /** The symbols of what is mapped there, which the process `pid` sees; else why there are none, to be read behind "because". */
  find(mapping: MappedFile, pid: number): ExecutableSymbols | string {
    if (mapping.path === VDSO_PATH) return this.#symbolsOf({ path: VDSO_PATH, identity: VDSO_PATH })
    for (const place of findFiles(mapping, pid)) {
      try {
        return this.#symbolsOf(place)
      } catch (error) {
        // The process may have ended since, and its view of the files with it.
        if (!(error instanceof UsageError)) throw error
      }
    }
    return `${shownPath(mapping)} is no longer there`
  }

  /** Twice is fine. */
  close(): void {
    for (const executable of this.#opened.splice(0)) executable.close()
    this.#byIdentity.clear()
    this.#byBuildId.clear()
  }

  /** Throws `UsageError` when the file is gone. */
  #symbolsOf({ path, identity }: FoundFile): ExecutableSymbols | string {
    const known = this.#byIdentity.get(identity)
    if (known !== undefined) return known
    const symbols = this.#open(path)
    this.#byIdentity.set(identity, symbols)
    return symbols
  }

  #open(path: string): ExecutableSymbols | string {
    try {
      const executable = path === VDSO_PATH ? openVdso() : Executable.open(path)
      if (executable === undefined) return 'the vdso of this process cannot be read'
      const id = executable.buildId
      const known = id === undefined ? undefined : this.#byBuildId.get(id)
      if (known !== undefined) {
        executable.close()
        return known
      }
      const symbols = new ExecutableSymbols(executable)
      this.#opened.push(executable)
      if (id !== undefined) this.#byBuildId.set(id, symbols)
      return symbols
    } catch (error) {
      if (error instanceof FormatError || error instanceof PermissionError) return error.message
      throw error
    }
  }
}

/** The path of a mapping, without what the kernel adds when the file has been deleted. */
export function shownPath({ path }: MappedFile): string {
  return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path
}

function openVdso(): Executable | undefined {
  const bytes = readVdso()
  return bytes === undefined ? undefined : Executable.of(memorySource(VDSO_PATH, bytes))
}

interface FoundFile {
  readonly path: string
  readonly identity: string
}

/**
 * The file as the process sees it, which may live in a container; what was deleted or replaced is there for as long as it is mapped.
 * Another file that has taken its place is not it.
 */
function* findFiles(mapping: MappedFile, pid: number): Generator<FoundFile> {
  const range = `${mapping.start.toString(16)}-${mapping.end.toString(16)}`
  for (const path of [`/proc/${pid}/root${mapping.path}`, mapping.path, `/proc/${pid}/map_files/${range}`]) {
    const found = statIf(path)
    if (found === undefined) continue
    const { dev, ino, size, mtimeNs } = found
    const isOther = deviceText(dev) === mapping.device && ino !== mapping.inode
    if (!isOther) yield { path, identity: `${dev}:${ino}:${size}:${mtimeNs}` }
  }
}

function statIf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined // ESRCH, EACCES: nobody can look there.
  }
}

/** As /proc/PID/maps writes it; `dev` as glibc's `makedev` packs it. */
function deviceText(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn)
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn)
  return [major, minor].map((number) => number.toString(16).padStart(2, '0')).join(':')
}
