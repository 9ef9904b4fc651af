/**
 * Where a program is attached, resolved to what the kernel needs: plain data. Names, patterns and symbols have been
 * resolved by the front-end through its `TypeSource`; nothing is looked up later.
 */
import type { FileOffset, VirtualOffset } from '../base/address.ts'

/**
 * Where in a function a probe sits.
 * - `entry`: its first instruction.
 * - `after-stack-check`: a Go function's `push %rbp` behind the stack check; hit once per call, emulated by the kernel.
 * - `stack-check-branch`: a Go function's `jbe` (Go 1.17 to 1.20): the program must drop hits whose `flags & 0x41` is not
 *   zero, since those calls go to `morestack` and come back.
 * - `near-entry`: on the first instruction that the kernel emulates, where all is as at the entry.
 * - `offset`: an address or offset that the user wrote.
 * - `return`: the return trampoline (never on Go).
 * - `return-instruction`, `tail-jump`: where a Go function is left; the stack is as at its entry. At a `tail-jump` another
 *   function returns in its place, so there is no result yet.
 */
export type Placement =
  | 'entry'
  | 'after-stack-check'
  | 'stack-check-branch'
  | 'near-entry'
  | 'offset'
  | 'return'
  | 'return-instruction'
  | 'tail-jump'

/**
 * How the kernel gets a task over the probed instruction: `emulated` in its own code, `single-stepped` in a copy (ten times as
 * slow), or `rewritten` to a call into the kernel. @kernel rewritten 6.18
 */
export type Execution = 'emulated' | 'single-stepped' | 'rewritten'

/** One instruction to probe. */
export interface UprobeSite {
  /** The function, as its symbol table names it. */
  readonly symbol: string
  readonly offset: FileOffset
  /** The probed instruction in the object's own addresses; `ctx.ip - this` is the slide of the process. */
  readonly address: VirtualOffset
  readonly placement: Placement
  readonly execution: Execution
  /**
   * What `bpf_get_attach_cookie` answers at this site: `siteCookie(target, address of the function)`, the same at each site of
   * a function; at an `offset` the address is the site's own.
   */
  readonly cookie: bigint
  /** Of a static probe that has one: where in the file the two bytes are that count its tracers. @kernel 4.20 */
  readonly semaphore?: FileOffset
}

/** Joins the index of a target file and a virtual offset (below 2^47) to an attach cookie. */
export function siteCookie(targetIndex: number, address: VirtualOffset): bigint {
  return (BigInt(targetIndex) << 48n) | address
}

/** Bits of a cookie that hold the address of the function. */
const ADDRESS_MASK = (1n << 48n) - 1n
const PAGE_BITS = 12n

/** Whole pages (of 4 KiB) between the start of a site's function and the site: most often 0. */
export function pagesIntoFunction({ address, cookie }: UprobeSite): bigint {
  return (address - (cookie & ADDRESS_MASK)) >> PAGE_BITS
}

/** Where a program is to be attached, by kind. */
export type AttachPoint =
  | {
      readonly kind: 'uprobe'
      /** The file, opened by this path. */
      readonly path: string
      readonly sites: readonly UprobeSite[]
      readonly return: boolean
      /** Only hits of this process (thread group). */
      readonly pid?: number
    }
  | { readonly kind: 'tracepoint'; readonly category: string; readonly event: string }
  /** A tracepoint with what it is called with, instead of its record. @kernel 4.17 */
  | { readonly kind: 'raw_tracepoint'; readonly module: string; readonly event: string }
  /** A timer on the first online CPU. */
  | { readonly kind: 'interval'; readonly timer: Timer }
  /** A timer on every online CPU; with `pid`, following that process. */
  | { readonly kind: 'profile'; readonly timer: Timer; readonly pid?: number }
  /** A counter of the kernel or of the processor, on every online CPU; with `pid`, of that process. */
  | {
      readonly kind: 'software' | 'hardware'
      /** As bpftrace calls the probe. */
      readonly name: string
      /** The number of the counter (`enum perf_sw_ids`, `enum perf_hw_id`). */
      readonly config: number
      /** Events from hit to hit. */
      readonly period: bigint
      readonly pid?: number
    }
  /** A debug register of the processor: accesses to memory, on every online CPU; with `pid`, by that process. */
  | {
      readonly kind: 'watchpoint'
      /** As bpftrace calls the probe. */
      readonly name: string
      readonly address: bigint
      /** Bytes from the address on: 1, 2, 4 or 8. */
      readonly length: number
      readonly access: Access
      readonly pid?: number
    }
  /** Run once for each thing of a kind that the kernel has: `task`, `task_file`, ... @kernel 5.8 */
  | { readonly kind: 'iterator'; readonly name: string; readonly over: string }
  /** Run by the session, through BPF_PROG_TEST_RUN of a raw tracepoint program. @kernel 5.10 */
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  /** The same, each time that the session gets the signal. */
  | { readonly kind: 'signal'; readonly signal: 'SIGUSR1' }
  /** The same, once each in a run of tests (`--test`); it passes when it returns 0. */
  | { readonly kind: 'test'; readonly name: string }

/** Kinds of program that the session runs; the others are attached. */
export const RUN_BY_SESSION: ReadonlySet<AttachPoint['kind']> = new Set(['begin', 'end', 'signal', 'test'])

/** What is done with memory: bits as in `HW_BREAKPOINT_R` and its kin (include/uapi/linux/hw_breakpoint.h). */
export const ACCESS = { read: 1, write: 2, execute: 4 } as const
/** Some of the bits of `ACCESS`. */
export type Access = number

/** A period in nanoseconds (at least 1000), or a frequency in hertz. */
export type Timer = { readonly periodNs: bigint } | { readonly frequencyHz: bigint }
