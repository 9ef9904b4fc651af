/**
 * What differs between Go releases of the layout of `runtime.g` and `runtime.m`, and of the calling convention, on 64-bit
 * machines. Source: DWARF of binaries of Go 1.17 to 1.27 (`runtime/runtime2.go`).
 */

/** Where a goroutine keeps what a probe reads. Offsets in bytes. */
export interface GoroutineLayout {
  /** Of `g.goid`, 8 bytes. */
  readonly goid: number
  /** Of `g.m`, and of `m.curg` in what that points to: the goroutine that a scheduler's stack works for. */
  readonly m: number
  readonly curg: number
}

/** Of `g.stack.hi`, the same in all releases. */
export const STACK_HI = 8

const M = 48
const LAYOUTS: readonly { readonly before: number; readonly layout: GoroutineLayout }[] = [
  { before: 23, layout: { goid: 152, m: M, curg: 192 } },
  { before: 25, layout: { goid: 160, m: M, curg: 192 } },
  { before: 28, layout: { goid: 152, m: M, curg: 184 } },
]
/** The release from which amd64 passes arguments, results and `g` in registers. */
const REGISTER_ABI = 17

/** The minor number of a version such as `go1.26.10`; undefined for others (`devel`, scrubbed). */
export function goRelease(version: string): number | undefined {
  const found = /^go1\.(\d+)/.exec(version)
  return found === null ? undefined : Number(found[1])
}

/** The layout of a release; undefined for one that is newer than what is known here. */
export function goroutineLayout(release: number): GoroutineLayout | undefined {
  return LAYOUTS.find(({ before }) => release < before)?.layout
}

/** True when the release keeps `g`, arguments and results in registers on amd64. */
export function hasRegisterAbi(release: number): boolean {
  return release >= REGISTER_ABI
}
