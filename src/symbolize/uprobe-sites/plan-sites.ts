/**
 * The probe planner: from functions to the instructions that are probed. Where in the function, whether the kernel can probe
 * there and how it gets over the instruction, and whether the program survives it. What cannot be probed is listed with
 * its reason and left out, before anything is attached. Every front-end asks here (through its `TypeSource`).
 */
import { type FileOffset, fileOffset, type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { findSegment } from '../../format/elf/segments.ts'
import { type Placement, siteCookie, type UprobeSite } from '../../spec/attach-point.ts'
import type { RefusedSite } from '../../spec/type-source.ts'
import type { Executable } from '../executable.ts'
import type { FunctionSymbol } from '../function-list.ts'
import { X86_DECODER } from '../instructions/x86.ts'
import { whyNotBoundary } from './boundary.ts'
import { CodeReader } from './code-reader.ts'
import { executionOf, type KernelSkill } from './execution.ts'
import { findGoEntry, GO_PROLOGUE_SIZE } from './go-entry.ts'
import { findGoReturns, type GoReturnFacts } from './go-returns.ts'
import { C_PRECIOUS, findNearEntry, GO_PRECIOUS } from './near-entry.ts'
import { isNop5 } from './nop5.ts'
import { whyNotProbeable } from './probeable.ts'

/** Which instruction of each function is meant, and what the kernel is like. */
export interface PlanRequest {
  /** Goes into the cookies. */
  readonly targetIndex: number
  readonly return: boolean
  /** Probe exactly this many bytes behind the address of each function. */
  readonly offset: bigint | undefined
  readonly kernel: KernelSkill
  /** The program reads the result of the function. */
  readonly readsResult: boolean
  /** The program walks the stack. */
  readonly walksStack: boolean
}

/** What is probed, and what is left out. */
export interface PlannedSites {
  /** By function in order of address, no instruction twice. */
  readonly sites: readonly UprobeSite[]
  readonly refused: readonly RefusedSite[]
}

/** The longest x86-64 instruction. */
const INSTRUCTION_SIZE = 15
/** Cookies hold the address in their lower 48 bits. */
const ADDRESS_LIMIT = 1n << 47n
/** A function that is larger than this is a damaged table. */
const FUNCTION_LIMIT = 1 << 24
/** Larger functions are probed at their entry, rather than searched for jumps. */
const NEAR_ENTRY_LIMIT = 1 << 16

/** Plans the sites of `functions`. Throws `FormatError` when code that the headers promise is not in the file. */
export function planSites(executable: Executable, functions: readonly FunctionSymbol[], request: PlanRequest): PlannedSites {
  const context: Context = {
    executable,
    code: new CodeReader(executable.elf.source),
    request,
    goReturns: goReturnFacts(executable, request),
  }
  const sites = new Map<VirtualOffset, UprobeSite>()
  const refused: RefusedSite[] = []
  for (const symbol of [...functions].sort((a, b) => Number(a.address - b.address))) {
    const { places, problem } = placesIn(context, symbol)
    if (problem !== undefined) refused.push({ symbol: symbol.name, reason: problem })
    for (const place of places) {
      const site = siteAt(context, symbol, place)
      if (typeof site === 'string') refused.push({ symbol: symbol.name, reason: site })
      else if (!sites.has(site.address)) sites.set(site.address, site)
    }
  }
  return { sites: [...sites.values()], refused }
}

interface Context {
  readonly executable: Executable
  readonly code: CodeReader
  readonly request: PlanRequest
  readonly goReturns: GoReturnFacts
}

function goReturnFacts(executable: Executable, { readsResult, return: isReturn }: PlanRequest): GoReturnFacts {
  const wanted = isReturn && executable.isGo
  return {
    decoder: X86_DECODER,
    deferReturn: wanted ? executable.functions.named('runtime.deferreturn')[0]?.address : undefined,
    readsResult,
  }
}

/** An instruction of a function, counted from its start. */
interface Place {
  readonly into: number
  readonly placement: Placement
}

/** Where the function is probed. Both parts may be there: some exits probed, others not. */
interface Places {
  readonly places: readonly Place[]
  readonly problem?: string
}

function placesIn(context: Context, symbol: FunctionSymbol): Places {
  const { request, executable } = context
  const start = codeOffset(executable, symbol.address)
  if (start === undefined) return none(`no code in the file: address 0x${symbol.address.toString(16)} is in no executable segment`)
  if (request.offset !== undefined) return atOffset(context, { symbol, start, offset: request.offset })
  if (request.return) return executable.isGo ? goReturns(context, symbol, start) : one({ into: 0, placement: 'return' })
  return one(entryOf(context, symbol, start))
}

function none(problem: string): Places {
  return { places: [], problem }
}

function one(place: Place): Places {
  return { places: [place] }
}

function entryOf(context: Context, { size }: FunctionSymbol, start: FileOffset): Place {
  const { executable, code, request } = context
  const bytes = code.codeAt(start, GO_PROLOGUE_SIZE)
  const go = executable.isGo ? findGoEntry(bytes) : undefined
  if (go !== undefined && go.placement !== 'entry') return { into: go.offset, placement: go.placement }
  if (size === 0 || size > NEAR_ENTRY_LIMIT || executionOf(bytes, request.kernel) !== 'single-stepped')
    return { into: 0, placement: 'entry' }
  const precious = executable.isGo ? GO_PRECIOUS : C_PRECIOUS
  const { offset, placement } = findNearEntry(wholeCode(context, start, size), { ...request, precious })
  return { into: offset, placement }
}

interface OffsetPlace {
  readonly symbol: FunctionSymbol
  readonly start: FileOffset
  readonly offset: bigint
}

function atOffset(context: Context, { symbol, start, offset }: OffsetPlace): Places {
  if (symbol.size > 0 && offset >= BigInt(symbol.size))
    return none(`offset ${offset} is outside of the function, which has ${symbol.size} bytes`)
  const into = Number(offset)
  const problem = into === 0 || into > FUNCTION_LIMIT ? undefined : whyNotBoundary(wholeCode(context, start, into + INSTRUCTION_SIZE), into)
  return problem === undefined ? one({ into, placement: 'offset' }) : none(problem)
}

function goReturns(context: Context, { name, address, size }: FunctionSymbol, start: FileOffset): Places {
  if (size === 0 || size > FUNCTION_LIMIT) return none('its returns cannot be found: no table says how long it is')
  const found = findGoReturns({ name, address, code: wholeCode(context, start, size) }, context.goReturns)
  if ('problem' in found) return none(found.problem)
  const places = found.returns.map(({ at, placement }) => ({ into: at, placement }))
  return found.leftOut === undefined ? { places } : { places, problem: found.leftOut }
}

/** The code of a function, as far as the file has it. */
function wholeCode({ executable }: Context, start: FileOffset, length: number): Uint8Array {
  const { source } = executable.elf
  return source.read(start, Math.min(length, source.size - start))
}

function codeOffset(executable: Executable, address: VirtualOffset): FileOffset | undefined {
  const segment = findSegment(executable.elf.segments, address)
  if (segment?.executable !== true || address >= ADDRESS_LIMIT) return undefined
  return fileOffset(segment.offset + Number(address - segment.address))
}

/** A site, or the reason why there is none. */
function siteAt({ executable, code, request }: Context, symbol: FunctionSymbol, { into, placement }: Place): UprobeSite | string {
  const address = virtualOffset(symbol.address + BigInt(into))
  const offset = codeOffset(executable, address)
  if (offset === undefined) return `no code in the file: address 0x${address.toString(16)} is in no executable segment`
  const instruction = code.codeAt(offset, INSTRUCTION_SIZE)
  const problem = problemOf(instruction, placement, request.kernel)
  if (problem !== undefined) return problem
  const cookie = siteCookie(request.targetIndex, placement === 'offset' ? address : symbol.address)
  return { symbol: symbol.name, offset, address, placement, execution: executionOf(instruction, request.kernel), cookie }
}

function problemOf(instruction: Uint8Array, placement: Placement, kernel: KernelSkill): string | undefined {
  if (placement === 'offset' && kernel.rewritesNop5 && isNop5(instruction)) {
    return 'this kernel turns the 5-byte nop there into a call that overwrites variables of leaf functions; probe the instruction before or behind it'
  }
  return whyNotProbeable(instruction)
}
