/**
 * Which files get tables, and when: before a run those that are known to be traced, later those whose code turns up in a stack.
 */
import { existsSync, statSync } from 'node:fs'
import { memorySource } from '../../format/elf/byte-source.ts'
import { readMaps } from '../../kernel/procfs/processes.ts'
import { readVdso } from '../../kernel/procfs/vdso.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { VDSO_KEY } from '../../spec/unwind-layout.ts'
import { FileSource } from '../../symbolize/file-source.ts'
import { resolveTarget } from '../../symbolize/target-path.ts'
import { neededFiles } from '../../symbolize/unwind/needed-files.ts'
import { type FileKey, UnwindTables } from './unwind-tables.ts'

/** What a run traces. */
export interface TracedProcesses {
  readonly pid?: number
  /** The command of `-c`. */
  readonly command?: string
}

/** Code that turned up in a stack. */
export interface UnknownCode {
  readonly pid: number
  readonly address: bigint
  readonly file: FileKey
}

/** Gives files their tables. */
export interface StackFiles {
  /** Makes the table of the file that the code is of. A file that cannot be looked at is asked for again. */
  meet(code: UnknownCode): void
}

/** The files of a run whose programs walk by tables. Makes the tables of what is known to be traced. */
export function stackFiles(object: ObjectSpec, loaded: LoadedObject, traced: TracedProcesses): StackFiles {
  const tables = new UnwindTables(loaded)
  addVdso(tables)
  for (const path of tracedFiles(object, traced)) addPath(tables, path)
  return { meet: (code) => meet(tables, code) }
}

/** Probed files and what `-p` has mapped, and what the command will have. */
function tracedFiles(object: ObjectSpec, { pid, command }: TracedProcesses): ReadonlySet<string> {
  const probed = object.programs.flatMap(({ attach }) => attach.flatMap((point) => (point.kind === 'uprobe' ? [point.path] : [])))
  const mapped =
    pid === undefined
      ? []
      : (readMaps(pid) ?? [])
          .filter(({ executable, path }) => executable && path.startsWith('/'))
          .map(({ path }) => `/proc/${pid}/root${path}`)
  const program = command === undefined ? undefined : programOf(command)
  return new Set([...probed.flatMap(neededFiles), ...mapped, ...(program === undefined ? [] : neededFiles(program))])
}

function programOf(command: string): string | undefined {
  const name = /^[\w@%+:,./-]+(?=\s|$)/.exec(command.trim())?.[0]
  try {
    return name === undefined ? undefined : resolveTarget(name, { path: process.env.PATH ?? '', libraryCache: '' })
  } catch {
    return undefined
  }
}

/** A file by its path, where what `stat` says of it is what the kernel knows it by: not so in overlay file systems, whose files come as they are met. */
function addPath(tables: UnwindTables, path: string): void {
  try {
    const { dev, ino, size } = statSync(path, { bigint: true })
    addFile(tables, { inode: ino, device: kernelDevice(dev), fileSize: Number(BigInt.asUintN(32, size)) }, path)
  } catch {
    // Its stacks stay as the kernel takes them.
  }
}

/** Device numbers of user space (`makedev`) to those of the kernel. */
function kernelDevice(device: bigint): number {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn)
  return Number(BigInt.asUintN(32, (major << 20n) | minor))
}

function meet(tables: UnwindTables, { pid, address, file }: UnknownCode): void {
  const path = mappedFile(pid, address)
  if (path === undefined) {
    tables.forget(file)
    return
  }
  try {
    addFile(tables, file, path)
  } catch {
    tables.giveUp(file)
  }
}

/** Where the file that a process has mapped at an address can be opened. */
function mappedFile(pid: number, address: bigint): string | undefined {
  const mapping = readMaps(pid)?.find(({ start, end }) => address >= start && address < end)
  if (mapping === undefined) return undefined
  const range = `${mapping.start.toString(16)}-${mapping.end.toString(16)}`
  return [`/proc/${pid}/map_files/${range}`, `/proc/${pid}/root${mapping.path}`].find((candidate) => existsSync(candidate))
}

function addFile(tables: UnwindTables, key: FileKey, path: string): void {
  const source = new FileSource(path)
  try {
    tables.add(key, source)
  } finally {
    source.close()
  }
}

/** The kernel's code in every process is the same: ours can be read. */
function addVdso(tables: UnwindTables): void {
  const vdso = readVdso()
  if (vdso === undefined) return
  try {
    tables.add(VDSO_KEY, memorySource('vdso', vdso))
  } catch {
    // Frames in it are taken for such with frame pointers.
  }
}
