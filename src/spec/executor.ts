/**
 * What a session asks of whatever runs an `ObjectSpec`: the kernel, or the virtual machine. Everything opened here
 * is closed by `LoadedObject.close()`: links first, then programs, then maps.
 */
import type { AttachPoint } from './attach-point.ts'
import type { InstructionSet } from './instruction-set.ts'
import type { ObjectSpec } from './object-spec.ts'
import type { RefusedSite } from './type-source.ts'

/** What loading needs beside the object itself. */
export interface LoadOptions {
  /** Values of `constant` references, by name (for example `start_ns`). A missing one is an `InternalError`. */
  readonly constants: ReadonlyMap<string, bigint>
  /** Size in bytes kept of the verifier's log. */
  readonly verifierLogSize?: number
  /** Ask for the verifier's log also of programs that load (`-d verifier`). */
  readonly verifierLog?: 'on-error' | 'always'
}

/** Loads objects. */
export interface Executor {
  /** The instructions that programs may use. */
  readonly instructionSet: InstructionSet
  /** True when programs may walk user stacks by tables (`unwind-layout.ts`). Absent where there are no such stacks. */
  walksByTables?(): boolean
  /**
   * Creates the maps and loads the programs; attaches nothing. Nothing stays open when it throws.
   * Throws `PermissionError`, `VerifierError`, `NotSupportedError`, `SyscallError`.
   */
  load(object: ObjectSpec, options: LoadOptions): LoadedObject
}

/**
 * Takes a record: `length` bytes of `data` from `at` on, valid during the call. `data` stays the same from record to record of a ring.
 * Answers `false` to end.
 */
export type RecordVisitor = (data: DataView, at: number, length: number) => boolean | void

/** A loaded object: owns its maps, programs and links. Using it after `close()` throws `ClosedError`. */
export interface LoadedObject {
  /** The map of this name; `InternalError` if the object has none. The object owns it. */
  map(name: string): LoadedMap
  /** Attaches one program to one of its attach points. The object owns the link and closes it in `close()`. */
  attach(program: string, point: AttachPoint): Link
  /** Runs a `begin` or `end` program once, here and now; answers its return value. */
  run(program: string): number
  /**
   * Hands every record that is ready in the ring buffer `map` to `onRecord`, oldest first, and gives the space back.
   * `record` is only valid during the call. Stops early, leaving the rest, when `onRecord` answers `false`.
   * Answers the number handed over. Never waits.
   */
  drain(map: string, onRecord: (record: Uint8Array) => boolean | void): number
  /** As `drain`, for decoders of millions of records a second: no object is made for a record. */
  visit(map: string, onRecord: RecordVisitor): number
  /**
   * Begins to count how often the programs run, at some 50 ns a run; the caller closes the counter. Absent where nobody can tell. Throws
   * `PermissionError`. @kernel 5.8
   */
  countHits?(): HitCounter
  /** Log of the verifier by program, where it was asked for. */
  readonly verifierLogs: ReadonlyMap<string, string>
  /** Detaches and frees everything. Twice is fine. */
  close(): void
}

/** Counts runs of programs until it is closed. */
export interface HitCounter {
  /** Runs since the program was loaded, those that were counted. */
  hits(program: string): bigint
  /** Twice is fine. */
  close(): void
}

/** Access to the entries of a map from user space. All bytes handed in and out are copies. */
export interface LoadedMap {
  /** The value under `key`: one buffer, or one per possible CPU for a per-CPU map. `undefined` when there is none. */
  lookup(key: Uint8Array): readonly Uint8Array[] | undefined
  /** Sets the value; for a per-CPU map one buffer per possible CPU. */
  update(key: Uint8Array, values: readonly Uint8Array[]): void
  /** False when there was no such entry. */
  delete(key: Uint8Array): boolean
  /** Takes out the next value of a queue or stack; undefined of an empty one. Only of those of the kernel. @kernel 4.20 */
  take?(): Uint8Array | undefined
  /** Whether a Bloom filter may hold the value. Only of those of the kernel. @kernel 5.16 */
  contains?(value: Uint8Array): boolean
  /** All entries, as a snapshot that tolerates concurrent change. */
  entries(): readonly { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[]
}

/** An attached probe. */
export interface Link {
  /** How it was attached, such as `uprobe_multi` or `perf_event`; for `-v`. */
  readonly how: string
  /** Number of sites. */
  readonly siteCount: number
  /** Sites that the kernel would not probe and that were left out; absent when there are none. */
  readonly refused?: readonly RefusedSite[]
  /** Detaches. Twice is fine. */
  close(): void
}
