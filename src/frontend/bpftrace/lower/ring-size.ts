/**
 * How large the ring buffer of a script is when nobody says. Memory of the kernel that is not asked for need not be zeroed,
 * mapped and given back, which takes some 5 ms for 8 MiB.
 */
import type { Timer } from '../../../spec/attach-point.ts'
import type { RecordSpec } from '../../../spec/record-spec.ts'
import { hasLoops } from '../ast-walk.ts'
import type { ProgramUnit } from '../probes/expand.ts'

/** For programs that may send at any rate: 80 ms of a million records of 48 bytes a second, 0.4 s of 100,000 of 100 bytes. */
const LARGE = 4 * 1024 * 1024
/** The largest page there is, since a ring is made of whole pages. */
const SMALL = 64 * 1024
/** Bytes that the kernel puts before each record (BPF_RINGBUF_HDR_SZ). */
const HEADER = 8

/** Records that one program can send. */
export interface SentRecords {
  readonly unit: ProgramUnit
  readonly records: readonly RecordSpec[]
}

const SECOND_NS = 1_000_000_000

/**
 * A power of two: enough for everything where each program that sends runs once or by a timer, and has no loop to send more
 * than it says.
 */
export function defaultRingSize(sent: readonly SentRecords[]): number {
  const needs = sent.filter(({ records }) => records.length > 0).map(bytesWaiting)
  const bytes = needs.reduce((sum, need) => sum + need, 0)
  let size = SMALL
  while (size < Math.min(bytes, LARGE)) size *= 2
  return size
}

/** What may wait to be read: a second's worth of a timer. */
function bytesWaiting({ unit, records }: SentRecords): number {
  return hasLoops(unit.block) ? LARGE : runsWaiting(unit) * records.reduce((sum, { layout }) => sum + HEADER + layout.size, 0)
}

function runsWaiting({ attach }: ProgramUnit): number {
  return attach.reduce((sum, point) => {
    if (point.kind === 'begin' || point.kind === 'end' || point.kind === 'test') return sum + 1
    return sum + (point.kind === 'interval' ? runsASecond(point.timer) : Number.POSITIVE_INFINITY)
  }, 0)
}

function runsASecond(timer: Timer): number {
  return 'frequencyHz' in timer ? Number(timer.frequencyHz) : Math.ceil(SECOND_NS / Number(timer.periodNs))
}
