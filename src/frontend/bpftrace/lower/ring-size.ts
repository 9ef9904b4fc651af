/**
 * How large the ring buffer of a script is when nobody says. Memory of the kernel that is not asked for need not be zeroed,
 * mapped and given back, which takes some 5 ms for 8 MiB.
 */
import type { RecordSpec } from '../../../spec/record-spec.ts'
import { hasLoops } from '../ast-walk.ts'
import type { ProgramUnit } from '../probes/expand.ts'

/** For programs that may send at any rate: half a second's worth at 100,000 records of 160 bytes a second. */
const LARGE = 8 * 1024 * 1024
/** The largest page there is, since a ring is made of whole pages. */
const SMALL = 64 * 1024
/** Bytes that the kernel puts before each record (BPF_RINGBUF_HDR_SZ). */
const HEADER = 8

/** Records that one program can send. */
export interface SentRecords {
  readonly unit: ProgramUnit
  readonly records: readonly RecordSpec[]
}

/** A power of two: enough for everything where each program that sends runs once, and has no loop to send more than it says. */
export function defaultRingSize(sent: readonly SentRecords[]): number {
  const senders = sent.filter(({ records }) => records.length > 0)
  if (!senders.every(({ unit }) => runsOnce(unit) && !hasLoops(unit.block))) return LARGE
  const bytes = senders.flatMap(({ records }) => records).reduce((sum, { layout }) => sum + HEADER + layout.size, 0)
  let size = SMALL
  while (size < bytes) size *= 2
  return size
}

function runsOnce({ context }: ProgramUnit): boolean {
  return context.provider === 'begin' || context.provider === 'end' || context.provider === 'test'
}
