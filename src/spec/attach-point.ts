/**
 * Where a program is attached, resolved to what the kernel needs: plain data. Names, patterns and symbols have been
 * resolved by the front-end through its `TypeSource`; nothing is looked up later.
 */
import type { FileOffset, VirtualOffset } from '../base/address.ts'

/**
 * Where in a function an entry probe sits.
 * - `entry`: its first instruction.
 * - `after-stack-check`: a Go function's `push %rbp` behind the stack check; hit once per call, emulated by the kernel.
 * - `stack-check-branch`: a Go function's `jbe` (Go 1.17 to 1.20): the program must drop hits whose `flags & 0x41` is not
 *   zero, since those calls go to `morestack` and come back.
 * - `offset`: an address or offset that the user wrote.
 * - `return`: the return trampoline (never on Go).
 */
export type Placement = 'entry' | 'after-stack-check' | 'stack-check-branch' | 'offset' | 'return'

/** One instruction to probe. */
export interface UprobeSite {
  /** The function, as its symbol table names it. */
  readonly symbol: string
  readonly offset: FileOffset
  /** The probed instruction in the object's own addresses; `ctx.ip - this` is the slide of the process. */
  readonly address: VirtualOffset
  readonly placement: Placement
  /** What `bpf_get_attach_cookie` answers at this site: `siteCookie(target, address)`. */
  readonly cookie: bigint
}

/** Joins the index of a target file and a virtual offset (below 2^47) to the attach cookie of a site. */
export function siteCookie(targetIndex: number, address: VirtualOffset): bigint {
  return (BigInt(targetIndex) << 48n) | address
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
  /** A timer on the first online CPU. */
  | { readonly kind: 'interval'; readonly timer: Timer }
  /** A timer on every online CPU; with `pid`, following that process. */
  | { readonly kind: 'profile'; readonly timer: Timer; readonly pid?: number }
  /** Run by the session, through BPF_PROG_TEST_RUN of a raw tracepoint program. @kernel 5.10 */
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  /** The same, once each in a run of tests (`--test`); it passes when it returns 0. */
  | { readonly kind: 'test'; readonly name: string }

/** A period in nanoseconds (at least 1000), or a frequency in hertz. */
export type Timer = { readonly periodNs: bigint } | { readonly frequencyHz: bigint }
