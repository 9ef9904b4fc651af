/**
 * What a process had mapped that ended before anyone looked, where there is no doubt: a script whose only probes of processes are in one
 * file. That is where it was linked to, or where the probe that took the stack tells that it is.
 */
import { BorescopeError } from '../../base/errors.ts'
import { SEGMENT_TYPE } from '../../format/elf/segments.ts'
import type { MappedFile } from '../../kernel/procfs/processes.ts'
import { type AttachPoint, RUN_BY_SESSION } from '../../spec/attach-point.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { Executable } from '../../symbolize/executable.ts'

/** Probes that run in no process, or in borescope itself. */
const OF_NO_PROCESS: ReadonlySet<AttachPoint['kind']> = new Set([...RUN_BY_SESSION, 'interval'])
const PAGE_SIZE = 4096n

/** Answers the mappings of the probed file by the first address of a stack; undefined where they cannot be told. */
export function assumeMappings({ programs }: ObjectSpec): (first: bigint) => readonly MappedFile[] | undefined {
  const points = programs.flatMap(({ attach }) => attach).filter(({ kind }) => !OF_NO_PROCESS.has(kind))
  const probed = points.flatMap((point) => (point.kind === 'uprobe' ? [point] : []))
  const [path, ...others] = new Set(probed.map((point) => point.path))
  if (path === undefined || others.length > 0 || probed.length < points.length) return () => undefined
  const sites = probed.flatMap((point) => point.sites.map(({ address }) => address))
  let opened: ProbedFile | 'unknown' | undefined
  return (first) => {
    opened ??= readProbedFile(path) ?? 'unknown'
    if (opened === 'unknown') return undefined
    const slide = opened.positionIndependent ? slideOf(first, sites) : 0n
    return slide === undefined ? undefined : opened.mappings.map((one) => ({ ...one, start: one.start + slide, end: one.end + slide }))
  }
}

/** By how much the file lies elsewhere than it was linked to: whole pages behind one of the sites. */
function slideOf(address: bigint, sites: readonly bigint[]): bigint | undefined {
  const slides = new Set(sites.map((site) => address - site).filter((slide) => slide >= 0n && slide % PAGE_SIZE === 0n))
  const [slide, ...others] = slides
  return others.length === 0 ? slide : undefined
}

interface ProbedFile {
  readonly positionIndependent: boolean
  /** As linked. */
  readonly mappings: readonly MappedFile[]
}

function readProbedFile(path: string): ProbedFile | undefined {
  try {
    const executable = Executable.open(path)
    try {
      return { positionIndependent: executable.positionIndependent, mappings: mappingsOf(executable) }
    } finally {
      executable.close()
    }
  } catch (error) {
    if (error instanceof BorescopeError) return undefined
    throw error
  }
}

function mappingsOf({ path, elf }: Executable): readonly MappedFile[] {
  return elf.segments
    .filter(({ type, executable, fileSize }) => type === SEGMENT_TYPE.load && executable && fileSize > 0)
    .map(({ address, fileSize, offset }) => ({
      start: BigInt(address),
      end: BigInt(address) + BigInt(fileSize),
      executable: true,
      fileOffset: offset,
      // As of a file system that makes up its devices: the file is taken for what it was.
      device: '',
      inode: 0n,
      path,
    }))
}
