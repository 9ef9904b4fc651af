/**
 * The records by which the kernel tells what processes map: PERF_RECORD_MMAP2, FORK, and COMM at an exec. Layout:
 * include/uapi/linux/perf_event.h, with the time behind each (PERF_SAMPLE_TIME and `sample_id_all`).
 */
import { decodeText } from '../../base/bytes.ts'
import type { MappedFile } from '../procfs/processes.ts'
import type { PerfRecord } from '../ringbuf/perf-ring.ts'

/** Something that happened to what a process has mapped. */
export type MappingChange = { readonly time: bigint; readonly pid: number } & (
  | { readonly kind: 'map'; readonly mapping: MappedFile }
  | { readonly kind: 'fork'; readonly parent: number }
  | { readonly kind: 'exec' }
)

const TYPE = { comm: 3, fork: 7, mmap2: 10 } as const
/** Bit of `misc`: the name changed because of an exec. */
const COMM_EXEC = 1 << 13
const PROT_EXEC = 4
const TIME_SIZE = 8
/** Where the path begins in the body of an MMAP2 record. */
const PATH_AT = 64

/** Reads a record; undefined for those that change nothing. */
export function readMappingRecord({ type, misc, body }: PerfRecord): MappingChange | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const time = view.getBigUint64(body.length - TIME_SIZE, true)
  const pid = view.getInt32(0, true)
  switch (type) {
    case TYPE.mmap2:
      return { kind: 'map', time, pid, mapping: readMapping(view, body.subarray(PATH_AT, body.length - TIME_SIZE)) }
    case TYPE.fork:
      return pid === view.getInt32(4, true) ? undefined : { kind: 'fork', time, pid, parent: view.getInt32(4, true) }
    case TYPE.comm:
      return (misc & COMM_EXEC) === 0 ? undefined : { kind: 'exec', time, pid }
    default:
      return undefined
  }
}

function readMapping(view: DataView, name: Uint8Array): MappedFile {
  const start = view.getBigUint64(8, true)
  const hex = (at: number) => view.getUint32(at, true).toString(16).padStart(2, '0')
  const end = name.indexOf(0)
  return {
    start,
    end: start + view.getBigUint64(16, true),
    fileOffset: Number(view.getBigUint64(24, true)),
    device: `${hex(32)}:${hex(36)}`,
    inode: view.getBigUint64(40, true),
    executable: (view.getUint32(56, true) & PROT_EXEC) !== 0,
    path: decodeText(name.subarray(0, end === -1 ? name.length : end), 'utf-8'),
  }
}
