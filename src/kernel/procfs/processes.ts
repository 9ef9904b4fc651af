/**
 * What `/proc/PID` says of a process: whether it lives, its state, its threads, what it has mapped. All of it may be out
 * of date when it is read; a process that is gone is `undefined`, never an error.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** Fields of `/proc/PID/status`. */
export interface ProcessStatus {
  readonly name: string
  /** One letter: R running, S sleeping, D waiting for a device, T stopped, Z ended and not waited for. */
  readonly state: string
  readonly threadGroup: number
  readonly parent: number
  /** Real user id. */
  readonly uid: number
}

/** One mapping of a file. */
export interface MappedFile {
  readonly start: bigint
  readonly end: bigint
  readonly executable: boolean
  readonly fileOffset: number
  /** Numbers of the device in hexadecimal, as `08:01`. File systems that make up devices of their own tell `stat` another one. */
  readonly device: string
  readonly inode: bigint
  /** As the process sees it; ` (deleted)` is behind it when it is there no more. */
  readonly path: string
}

/** The `path` of the code that the kernel puts into every process. */
export const VDSO_PATH = '[vdso]'

/** Reads the text of `/proc/PID/status`. */
export function parseStatus(text: string): ProcessStatus {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    name: field('Name'),
    state: field('State').slice(0, 1),
    threadGroup: Number(field('Tgid')),
    parent: Number(field('PPid')),
    uid: Number(field('Uid').split('\t')[0]),
  }
}

/** Reads the text of `/proc/PID/maps`: mappings of files and the vdso, in order of address. */
export function parseMaps(text: string): readonly MappedFile[] {
  return [...text.matchAll(MAPPING)].map(([, start, end, access = '', offset = '0', device = '', inode = '0', path = '']) => ({
    start: BigInt(`0x${start}`),
    end: BigInt(`0x${end}`),
    executable: access[2] === 'x',
    fileOffset: Number.parseInt(offset, 16),
    device,
    inode: BigInt(inode),
    path,
  }))
}

const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) (\S+) (\d+)\s+(\/.*|\[vdso\])$/gm

/** The status of a process, or `undefined` when there is no such process. */
export function readStatus(pid: number): ProcessStatus | undefined {
  const text = readOf(pid, 'status')
  return text === undefined ? undefined : parseStatus(text)
}

/** The files that a process has mapped, or `undefined` when there is no such process or it may not be looked at. */
export function readMaps(pid: number): readonly MappedFile[] | undefined {
  const text = readOf(pid, 'maps')
  return text === undefined ? undefined : parseMaps(text)
}

/** Thread ids of a process; none when it is gone. */
export function readThreads(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}

/** True while a process runs; one that ended and was not waited for yet is not alive. */
export function isAlive(pid: number): boolean {
  const state = readStatus(pid)?.state
  return state !== undefined && state !== 'Z' && state !== 'X'
}

function readOf(pid: number, file: 'status' | 'maps'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
