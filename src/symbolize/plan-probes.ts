/**
 * What `borescope plan PROBE` shows: the sites that a probe would be attached to and what a hit of each costs, and what would be
 * left out, without attaching anything.
 */
import { FormatError } from '../base/errors.ts'
import { findFunctionsNamed } from '../format/dwarf/functions/functions-named.ts'
import type { UprobeSite } from '../spec/attach-point.ts'
import type { Miss, RefusedSite, UprobeRequest } from '../spec/type-source.ts'
import type { Executable } from './executable.ts'
import { X86_DECODER } from './instructions/x86.ts'
import type { OpenTypeSource } from './type-source.ts'
import { estimateHitNs } from './uprobe-sites/execution.ts'
import { explainPlacement, worthyRate } from './uprobe-sites/words.ts'

/** One site of a plan. */
export interface PlannedProbe {
  /** Function and bytes behind its start: `main.work+10`. */
  readonly site: string
  readonly address: string
  /** In the syntax of the GNU assembler. */
  readonly instruction: string
  readonly placement: UprobeSite['placement']
  readonly execution: UprobeSite['execution']
  /** Nanoseconds that a hit takes from the traced thread, as an estimate. */
  readonly costNs: number
  /** Hits a second that take a tenth of a core. */
  readonly tenthOfCore: number
  readonly why: string
}

/** What a probe would be attached to. */
export interface ProbePlan {
  readonly path: string
  /** The Go release, where the file is a Go program that tells it. */
  readonly goVersion?: string
  readonly functionCount: number
  /**
   * Calls of the named function that the compiler inlined, which no probe on it sees; where a function is named in full and the
   * file has debug information.
   */
  readonly inlinedCalls?: number
  readonly probes: readonly PlannedProbe[]
  readonly refused: readonly RefusedSite[]
}

/** The longest x86-64 instruction. */
const INSTRUCTION_SIZE = 15
const ADDRESS_MASK = (1n << 48n) - 1n

/** Plans a probe. Throws as `OpenTypeSource.openExecutable` does. */
export function planProbes(source: OpenTypeSource, request: UprobeRequest): ProbePlan | Miss {
  const executable = source.openExecutable(request.target)
  if ('kind' in executable) return executable
  const target = source.findUprobeTarget(request)
  if ('kind' in target) return target
  const inlinedCalls = countInlined(executable, request)
  const version = executable.isGo ? executable.goBuildInfo?.goVersion : undefined
  return {
    path: target.path,
    ...(version === undefined ? {} : { goVersion: version }),
    functionCount: new Set(target.sites.map(({ cookie }) => cookie)).size,
    ...(inlinedCalls === undefined ? {} : { inlinedCalls }),
    probes: target.sites.map((site) => describeSite(executable, site)),
    refused: target.refused,
  }
}

function countInlined({ debugInfo }: Executable, { function: name }: UprobeRequest): number | undefined {
  if (name === undefined || name.includes('*') || typeof debugInfo === 'string') return undefined
  try {
    return findFunctionsNamed(debugInfo, name).inlined.length
  } catch (error) {
    // Damaged debug information is no reason to plan nothing.
    if (error instanceof FormatError) return undefined
    throw error
  }
}

function describeSite(executable: Executable, site: UprobeSite): PlannedProbe {
  const { symbol, address, placement, execution, offset } = site
  const { source } = executable.elf
  const code = source.read(offset, Math.min(INSTRUCTION_SIZE, source.size - offset))
  return {
    site: `${symbol}+${address - startOf(executable, site)}`,
    address: `0x${address.toString(16)}`,
    instruction: X86_DECODER.show(code, address),
    placement,
    execution,
    costNs: estimateHitNs(site),
    tenthOfCore: Math.round(worthyRate(site)),
    why: explainPlacement(site),
  }
}

/** Cookies hold the start of the function, except where the user wrote an offset. */
function startOf({ functions }: Executable, { symbol, address, placement, cookie }: UprobeSite): bigint {
  if (placement !== 'offset') return cookie & ADDRESS_MASK
  const around = functions.named(symbol).findLast((candidate) => candidate.address <= address)
  return around?.address ?? address
}

/** Reads `uprobe:FILE:FUNCTION`, `FUNCTION+OFFSET` or an address behind the file; undefined for what is not written so. */
export function parsePlanPattern(pattern: string): UprobeRequest | undefined {
  const [kind = '', target, ...rest] = pattern.split(':')
  const isReturn = RETURNS.get(kind)
  const inSource = rest.length > 1 && rest[0] === 'cpp'
  const text = (inSource ? rest.slice(1) : rest).join(':')
  if (isReturn === undefined || target === undefined || target === '' || text === '') return undefined
  const request = { target, return: isReturn, ...(inSource ? { language: 'cpp' as const } : {}) }
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) return { ...request, address: BigInt(text) }
  const [, name = text, offset] = /^(.+)\+(0x[0-9a-f]+|\d+)$/i.exec(text) ?? []
  return { ...request, function: name.replace(/^"(.*)"$/s, '$1'), ...(offset === undefined ? {} : { offset: BigInt(offset) }) }
}

const RETURNS: ReadonlyMap<string, boolean> = new Map([
  ['uprobe', false],
  ['u', false],
  ['uretprobe', true],
  ['ur', true],
])
