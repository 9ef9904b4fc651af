/**
 * What the go command wrote into a binary: the Go release, the main module, its dependencies and the build settings.
 * Survives stripping; some obfuscators remove it. Source of the layout: `debug/buildinfo` of the Go releases.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { ByteReader, decodeText } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { type ElfFile, findSection, readVirtual } from '../elf/elf-file.ts'
import { readPointer } from '../elf/relocations.ts'
import { SEGMENT_TYPE } from '../elf/segments.ts'

/** One module and its version, such as `golang.org/x/net v0.30.0`. */
export interface GoModule {
  readonly path: string
  readonly version: string
}

/** The build information of a binary. */
export interface GoBuildInfo {
  /** Such as `go1.26.10`, as the toolchain names itself. */
  readonly goVersion: string
  /** Import path of the main package; undefined when the binary was built without module support. */
  readonly path: string | undefined
  readonly main: GoModule | undefined
  readonly dependencies: readonly GoModule[]
  /** Such as `GOARCH` and `-ldflags`. */
  readonly settings: ReadonlyMap<string, string>
}

const MAGIC = '\xff Go buildinf:'
const HEADER_SIZE = 32
const ALIGNMENT = 16
const INLINE_STRINGS = 2
const SEARCHED = 1 << 20
const SENTINEL_SIZE = 16
const NOTHING = new Uint8Array(0)

/** The Go release, and the module text between its sentinels. */
type Strings = readonly [version: Uint8Array, modules: Uint8Array]

/** Reads the build information; undefined when the file has none. Throws `FormatError` when it is damaged. */
export function readGoBuildInfo(elf: ElfFile): GoBuildInfo | undefined {
  const address = findBuildInfo(elf)
  if (address === undefined) return undefined
  const flags = readVirtual(elf, address, HEADER_SIZE)?.[15] ?? 0
  const [version, modules] = (flags & INLINE_STRINGS) !== 0 ? readInline(elf, address) : readByPointers(elf, address)
  return { goVersion: decodeText(version, 'utf-8'), ...parseModules(withoutSentinels(modules)) }
}

/** True when the file has build information, damaged or not. */
export function hasGoBuildInfo(elf: ElfFile): boolean {
  return findBuildInfo(elf) !== undefined
}

/** Where the build information begins: in its section, else (no section headers) at the start of the writable data. */
function findBuildInfo(elf: ElfFile): VirtualOffset | undefined {
  const section = findSection(elf, '.go.buildinfo')
  if (section === undefined && elf.sections.length > 0) return undefined
  const start = section?.address ?? elf.segments.find((segment) => segment.type === SEGMENT_TYPE.load && segment.writable)?.address
  if (start === undefined) return undefined
  const bytes = readVirtual(elf, start, Math.min(section?.size ?? SEARCHED, SEARCHED)) ?? NOTHING
  for (let at = Number(-start & BigInt(ALIGNMENT - 1)); at + HEADER_SIZE <= bytes.length; at += ALIGNMENT) {
    if (isMagic(bytes, at)) return virtualOffset(start + BigInt(at))
  }
  return undefined
}

function isMagic(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < MAGIC.length; i++) if (bytes[at + i] !== MAGIC.charCodeAt(i)) return false
  return true
}

/** Go 1.18 and later: two strings behind the header, each with its length in front. */
function readInline(elf: ElfFile, address: VirtualOffset): Strings {
  const start = virtualOffset(address + BigInt(HEADER_SIZE))
  const reader = new ByteReader(readVirtual(elf, start, SEARCHED) ?? NOTHING, elf.source.name)
  const version = reader.take(reader.uleb128())
  return [version, reader.take(reader.uleb128())]
}

/** Before Go 1.18: pointers to two Go strings, each a pointer and a length. */
function readByPointers(elf: ElfFile, address: VirtualOffset): Strings {
  const text = (at: bigint): Uint8Array => {
    const header = readPointer(elf, virtualOffset(at)) ?? 0n
    const [data, length] = [readPointer(elf, virtualOffset(header)) ?? 0n, readPointer(elf, virtualOffset(header + 8n)) ?? 0n]
    if (length > BigInt(SEARCHED)) throw new FormatError(elf.source.name, 'has damaged Go build information')
    return readVirtual(elf, virtualOffset(data), Number(length)) ?? NOTHING
  }
  return [text(address + 16n), text(address + 24n)]
}

/** The module text stands between two sentinels, so that it can be found in a running program; empty without them. */
function withoutSentinels(framed: Uint8Array): string {
  const end = framed.length - SENTINEL_SIZE
  return end > SENTINEL_SIZE && framed[end - 1] === 0x0a ? decodeText(framed.subarray(SENTINEL_SIZE, end), 'utf-8') : ''
}

/** Lines: `path`, `mod`, `dep`, `=>` (replaces the module before), `build`. */
function parseModules(text: string): Omit<GoBuildInfo, 'goVersion'> {
  const dependencies: GoModule[] = []
  const settings = new Map<string, string>()
  let path: string | undefined
  let main: GoModule | undefined
  for (const line of text.split('\n')) {
    const [kind = '', first = '', second = ''] = line.split('\t')
    if (kind === 'path') path = first
    else if (kind === 'mod') main = { path: first, version: second }
    else if (kind === 'dep') dependencies.push({ path: first, version: second })
    else if (kind === '=>' && dependencies.length > 0) dependencies[dependencies.length - 1] = { path: first, version: second }
    else if (kind === '=>') main = { path: first, version: second }
    else if (kind === 'build') setting(settings, first)
  }
  return { path, main, dependencies, settings }
}

function setting(settings: Map<string, string>, text: string): void {
  const equals = text.indexOf('=')
  if (equals > 0) settings.set(text.slice(0, equals), text.slice(equals + 1))
}
