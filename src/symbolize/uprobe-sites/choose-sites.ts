/**
 * From functions to the instructions that are probed: where in the function, whether the kernel can, and whether the
 * program survives it. What cannot be probed is listed with its reason and left out.
 */
import { type FileOffset, fileOffset, type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { findSegment } from '../../format/elf/segments.ts'
import { type Placement, siteCookie, type UprobeSite } from '../../spec/attach-point.ts'
import type { RefusedSite } from '../../spec/type-source.ts'
import type { Executable } from '../executable.ts'
import type { FunctionSymbol } from '../function-list.ts'
import { CodeReader } from './code-reader.ts'
import { findGoEntry, GO_PROLOGUE_SIZE } from './go-entry.ts'
import { isNop5 } from './nop5.ts'
import { whyNotProbeable } from './probeable.ts'

/** Which instruction of each function is meant, and what the kernel is like. */
export interface SiteRequest {
  /** Goes into the cookies. */
  readonly targetIndex: number
  readonly return: boolean
  /** Probe exactly this many bytes behind the address of each function. */
  readonly offset: bigint | undefined
  /** The kernel rewrites a probed nop5; see `nop5.ts`. */
  readonly rewritesNop5: boolean
}

/** What is probed, and what is left out. */
export interface ChosenSites {
  /** In order of address, no instruction twice. */
  readonly sites: readonly UprobeSite[]
  readonly refused: readonly RefusedSite[]
}

const GO_RETURN =
  'a return probe replaces the return address on the stack, and a Go program that finds it there when a stack grows or is collected crashes'
/** The longest x86-64 instruction. */
const INSTRUCTION_SIZE = 15
/** Cookies hold the address in their lower 48 bits. */
const ADDRESS_LIMIT = 1n << 47n

/** Chooses the sites of `functions`. Throws `FormatError` when code that the headers promise is not in the file. */
export function chooseSites(executable: Executable, functions: readonly FunctionSymbol[], request: SiteRequest): ChosenSites {
  if (request.return && executable.isGo) return { sites: [], refused: functions.map(({ name }) => ({ symbol: name, reason: GO_RETURN })) }
  const code = new CodeReader(executable.elf.source)
  const sites = new Map<VirtualOffset, UprobeSite>()
  const refused: RefusedSite[] = []
  for (const symbol of [...functions].sort((a, b) => Number(a.address - b.address))) {
    const site = chooseSite({ executable, code, request }, symbol)
    if (typeof site === 'string') refused.push({ symbol: symbol.name, reason: site })
    else if (!sites.has(site.address)) sites.set(site.address, site)
  }
  return { sites: [...sites.values()], refused }
}

interface Context {
  readonly executable: Executable
  readonly code: CodeReader
  readonly request: SiteRequest
}

/** A site, or the reason why there is none. */
function chooseSite(context: Context, symbol: FunctionSymbol): UprobeSite | string {
  const { request, executable } = context
  const start = virtualOffset(symbol.address + (request.offset ?? 0n))
  if (request.offset !== undefined && symbol.size > 0 && request.offset >= BigInt(symbol.size)) {
    return `offset ${request.offset} is outside of the function, which has ${symbol.size} bytes`
  }
  const offset = codeOffset(executable, start)
  if (offset === undefined) return `no code in the file: address 0x${start.toString(16)} is in no executable segment`
  const { placement, into } = place(context, offset)
  const problem = problemAt(context, fileOffset(offset + into), placement)
  if (problem !== undefined) return problem
  const address = virtualOffset(start + BigInt(into))
  return { symbol: symbol.name, offset: fileOffset(offset + into), address, placement, cookie: siteCookie(request.targetIndex, address) }
}

function codeOffset(executable: Executable, address: VirtualOffset): FileOffset | undefined {
  const segment = findSegment(executable.elf.segments, address)
  if (segment?.executable !== true || address >= ADDRESS_LIMIT) return undefined
  return fileOffset(segment.offset + Number(address - segment.address))
}

function place({ executable, code, request }: Context, offset: FileOffset): { placement: Placement; into: number } {
  if (request.return) return { placement: 'return', into: 0 }
  if (request.offset !== undefined) return { placement: 'offset', into: 0 }
  if (!executable.isGo) return { placement: 'entry', into: 0 }
  const entry = findGoEntry(code.codeAt(offset, GO_PROLOGUE_SIZE))
  return { placement: entry.placement, into: entry.offset }
}

function problemAt({ code, request }: Context, offset: FileOffset, placement: Placement): string | undefined {
  const instruction = code.codeAt(offset, INSTRUCTION_SIZE)
  if (placement === 'offset' && request.rewritesNop5 && isNop5(instruction)) {
    return 'this kernel turns the 5-byte nop there into a call that overwrites variables of leaf functions; probe the instruction before or behind it'
  }
  return whyNotProbeable(instruction)
}
