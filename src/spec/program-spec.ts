/**
 * A program as a blueprint: instructions with symbolic references, and where to attach it.
 */
import type { SourceText } from '../base/source-text.ts'
import type { Instruction } from '../format/asm/instruction.ts'
import type { AttachPoint } from './attach-point.ts'

/**
 * The kernel's program types that the front-ends emit. Uprobes are type `kprobe` (BPF_PROG_TYPE_KPROBE),
 * iterators type `tracing`.
 * @kernel kprobe 4.1, tracepoint 4.7, perf_event 4.9, raw_tracepoint 4.17, iterator 5.8
 */
export type ProgramType = 'kprobe' | 'tracepoint' | 'perf_event' | 'raw_tracepoint' | 'iterator'

/** One function of a program. */
export interface ProgramFunction {
  readonly name: string
  /** The slot (of 8 bytes) of its first instruction. */
  readonly start: number
  /** Parameters, in r1 up to r5. The main function has one, the context. */
  readonly parameterCount: number
}

/** A program to load. */
export interface ProgramSpec {
  /** Unique in its object; the loader derives the kernel's name (15 bytes of `[A-Za-z0-9_.]`) from it. */
  readonly name: string
  readonly type: ProgramType
  /** All functions one after the other, the main one first. */
  readonly instructions: readonly Instruction[]
  /** Where each function begins, in order; absent when there is only the main one. */
  readonly functions?: readonly ProgramFunction[]
  /** In order; all of them get the same program. */
  readonly attach: readonly AttachPoint[]
  /** What the spans of the instructions point into. */
  readonly source: SourceText
}
