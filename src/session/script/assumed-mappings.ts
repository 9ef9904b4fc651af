/**
 * What a process had mapped that ended before anyone looked, where there is no doubt: a script whose only probes of processes are in one
 * program, linked to fixed addresses as Go links them.
 */
import { BorescopeError } from '../../base/errors.ts'
import { SEGMENT_TYPE } from '../../format/elf/segments.ts'
import type { MappedFile } from '../../kernel/procfs/processes.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { Executable } from '../../symbolize/executable.ts'

/** Probes that run in no process, or in borescope itself. */
const OF_NO_PROCESS: ReadonlySet<AttachPoint['kind']> = new Set(['begin', 'end', 'interval', 'test'])

/** The mappings of the probed program; undefined where processes may run another, or have it anywhere. */
export function assumedMappings({ programs }: ObjectSpec): readonly MappedFile[] | undefined {
  const points = programs.flatMap(({ attach }) => attach).filter(({ kind }) => !OF_NO_PROCESS.has(kind))
  const paths = new Set(points.map((point) => (point.kind === 'uprobe' ? point.path : '')))
  const [path = ''] = paths
  return paths.size === 1 && path !== '' ? fixedMappings(path) : undefined
}

function fixedMappings(path: string): readonly MappedFile[] | undefined {
  try {
    const executable = Executable.open(path)
    try {
      return executable.positionIndependent ? undefined : mappingsOf(executable)
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
