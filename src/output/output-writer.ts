/**
 * What a run has to say, one method for each thing, whatever the form: `text-writer.ts` and `json-writer.ts` answer it. Text
 * handed in and out is byte strings (`spec/byte-string.ts`). Section 6 of the language reference.
 */
import type { FormatString } from '../spec/format-string.ts'
import type { RecordAction, RecordSpec } from '../spec/record-spec.ts'
import type { MapContents, Value } from '../spec/value.ts'

/** A message of the script about itself. */
export type Message = Extract<RecordAction, { kind: 'message' }>

/** What a program found out about itself. */
export type RuntimeWarning = Extract<RecordAction, { kind: 'runtime-warning' }>

/** A read that failed. */
export type FailedRead = Extract<RecordAction, { kind: 'failed-read' }>

/** Takes byte strings, in order. */
export interface TextSink {
  write(text: string): void
  /** Where the bytes that come next may be put directly. Absent where there is no such place. */
  readonly room?: ByteRoom
}

/** The part of an output that is not handed on yet. */
export interface ByteRoom {
  /** Makes room for `size` bytes, `from` an index of `bytes`; they count when `take` is called, and nothing else is written before. */
  claim(size: number): { readonly bytes: Uint8Array; readonly from: number }
  /** Everything before index `end` has been written. */
  take(end: number): void
}

/** Shows the record at `at` of `data`. */
export type RecordPrinter = (data: DataView, at: number) => void

/** Where a writer writes, and how. */
export interface WriterOptions {
  /** Standard output, or the file of `-o`. */
  readonly out: TextSink
  readonly err: TextSink
  /** True when `out` is a terminal: control characters that come from traced programs are written as `\xNN`. */
  readonly escapeControls: boolean
}

/** Renders one run's output. Order of calls is order of output. */
export interface OutputWriter {
  /** All probes are attached, and how many there are. */
  attachedProbes(count: number): void
  printf(format: FormatString, values: readonly Value[]): void
  /** Shows the records of a kind without making values of them. Absent for kinds that need values, and where it cannot be done. */
  printer?(record: RecordSpec): RecordPrinter | undefined
  /** What a command (`system()`) or a file (`cat()`) says. */
  foreign(from: 'system' | 'cat', text: string): void
  /** What `join()` says, already put together. */
  join(text: string): void
  /** Something that the script asked for could not be done. */
  failure(message: string): void
  /** What `errorf()` and `warnf()` say. */
  message(message: Message, values: readonly Value[]): void
  /** A division by zero, an index out of bounds. */
  runtimeWarning(warning: RuntimeWarning): void
  /** Memory that a helper could not read, and what the helper answered. */
  failedRead(read: FailedRead, code: number): void
  /** What `time()` says, already rendered. */
  time(text: string): void
  /** `print()` of something that is not a map. */
  value(value: Value): void
  /** `print()` of a map: one that was never assigned shows its zero value. */
  map(contents: MapContents): void
  /** Events lost since this was last said. */
  lostEvents(count: bigint): void
  /** Events lost in the whole run. */
  totalLostEvents(total: bigint): void
  /** Updates of maps are being dropped; said once a run. `full` holds the names of the maps that have no room. */
  droppedUpdates(full: readonly string[]): void
  /** Updates of maps dropped in the whole run. */
  totalDroppedUpdates(total: bigint): void
  /** All probes have run, END too; what follows are the maps that are left. */
  endOfProgram(): void
  /** A map at the end of the run: one that was never assigned is left out. */
  mapAtExit(contents: MapContents): void
}
