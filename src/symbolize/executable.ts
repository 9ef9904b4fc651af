/**
 * One open executable or shared object: what it is, and its symbols, each table read when first asked for. Which
 * instruction of a function is probed is decided in `uprobe-sites/`.
 */
import { FormatError } from '../base/errors.ts'
import type { DebugInfo } from '../format/dwarf/debug-info.ts'
import type { ByteSource } from '../format/elf/byte-source.ts'
import { readDynamic } from '../format/elf/dynamic.ts'
import { type ElfFile, findSection, readElf } from '../format/elf/elf-file.ts'
import { MACHINE, machineName } from '../format/elf/elf-header.ts'
import { readBuildId } from '../format/elf/notes.ts'
import { type GoBuildInfo, hasGoBuildInfo, readGoBuildInfo } from '../format/gosym/build-info.ts'
import { hasPclntabSection, readGoFunctions } from '../format/gosym/find-pclntab.ts'
import { GoFrames } from '../format/gosym/go-frames.ts'
import { type DebugFile, openDebugFile } from './debug-info/debug-file.ts'
import { readMiniDebugInfo } from './debug-info/mini-debug-info.ts'
import { FileSource } from './file-source.ts'
import { FunctionList, readFunctions } from './function-list.ts'

/** An open file. Whoever opened it closes it; what was read before stays valid. */
export class Executable {
  readonly path: string
  readonly elf: ElfFile
  readonly #source: ByteSource & { close?(): void }
  #isGo: boolean | undefined
  #functions: FunctionList | undefined
  #separateFunctions: FunctionList | undefined
  #debugFile: DebugFile | string | undefined
  #goFrames: GoFrames | 'none' | undefined

  private constructor(source: ByteSource & { close?(): void }) {
    this.path = source.name
    this.#source = source
    this.elf = readElf(source)
    checkKind(this.elf)
  }

  /** Throws `UsageError` (no such file), `PermissionError`, `FormatError` (not an executable or shared object for x86-64). */
  static open(path: string): Executable {
    const source = new FileSource(path)
    try {
      return new Executable(source)
    } catch (error) {
      source.close()
      throw error
    }
  }

  /** An object that is in no file, which has nothing to close. Throws `FormatError`. */
  static of(source: ByteSource): Executable {
    return new Executable(source)
  }

  /** True for PIE executables and shared objects, whose addresses slide. */
  get positionIndependent(): boolean {
    return this.elf.header.type === 'shared'
  }

  /** True when the file holds Go code: it has Go's build information or its function table. Throws `FormatError`. */
  get isGo(): boolean {
    this.#isGo ??= detectGo(this.elf)
    return this.#isGo
  }

  /** Name of a shared object, as other objects refer to it. */
  get soname(): string | undefined {
    return readDynamic(this.elf)?.soname
  }

  /** The build ID in hexadecimal, where the linker wrote one. */
  get buildId(): string | undefined {
    return readBuildId(this.elf)
  }

  /** What the go command wrote into the file. */
  get goBuildInfo(): GoBuildInfo | undefined {
    return readGoBuildInfo(this.elf)
  }

  /** The functions of the file. Throws `FormatError` when a table is damaged. */
  get functions(): FunctionList {
    this.#functions ??= readFunctions(this.elf, this.isGo)
    return this.#functions
  }

  /**
   * The debug information of the file or, by its build ID or debug link, of a file of its own; a sentence when there is none.
   * Throws `FormatError`, `PermissionError`.
   */
  get debugInfo(): DebugInfo | string {
    const file = this.#openDebugFile()
    return typeof file === 'string' ? file : file.info
  }

  /**
   * Functions that the file's own tables do not have: those of its MiniDebugInfo and of its separate debug file; none where the file is not
   * stripped. Throws as `debugInfo`.
   */
  get separateFunctions(): FunctionList {
    this.#separateFunctions ??= findSection(this.elf, '.symtab') === undefined ? this.#readSeparateFunctions() : new FunctionList([])
    return this.#separateFunctions
  }

  /** Functions of Go's own table by address, with what was inlined and lines; undefined in what Go did not build. Throws `FormatError`. */
  get goFrames(): GoFrames | undefined {
    if (this.#goFrames === undefined) {
      const table = this.isGo ? readGoFunctions(this.elf) : undefined
      this.#goFrames = table === undefined ? 'none' : new GoFrames(this.elf, table)
    }
    return this.#goFrames === 'none' ? undefined : this.#goFrames
  }

  #readSeparateFunctions(): FunctionList {
    const file = this.#openDebugFile()
    const files = [readMiniDebugInfo(this.elf), typeof file === 'string' || file.elf === this.elf ? undefined : file.elf]
    return new FunctionList(files.flatMap((elf) => (elf === undefined ? [] : readFunctions(elf, false).all)))
  }

  #openDebugFile(): DebugFile | string {
    this.#debugFile ??= openDebugFile(this.elf)
    return this.#debugFile
  }

  /** Twice is fine. */
  close(): void {
    if (typeof this.#debugFile === 'object') this.#debugFile.close()
    this.#source.close?.()
  }
}

/** Present even where an obfuscator has emptied them. */
const GO_SECTIONS = ['.note.go.buildid', '.go.buildinfo']

function detectGo(elf: ElfFile): boolean {
  if (GO_SECTIONS.some((name) => findSection(elf, name) !== undefined) || hasPclntabSection(elf) || hasGoBuildInfo(elf)) return true
  // Without section headers nothing is named, and build information may have been removed: look for the table itself.
  return elf.sections.length === 0 && readGoFunctions(elf) !== undefined
}

function checkKind(elf: ElfFile): void {
  const { header, source } = elf
  if (header.type === 'relocatable')
    throw new FormatError(source.name, 'is an object file; probe the program or library that it is linked into')
  if (header.type !== 'executable' && header.type !== 'shared') throw new FormatError(source.name, 'is not an executable or shared object')
  if (header.machine === MACHINE['x86-64']) return
  throw new FormatError(source.name, `is a program for ${machineName(header.machine)}; borescope probes x86-64 programs`)
}
