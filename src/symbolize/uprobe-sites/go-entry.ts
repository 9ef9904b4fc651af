/**
 * Where a Go function is probed so that a call is seen once. Most begin with a check of the stack's size; when it fails
 * the stack is grown and the function entered again, so a probe on the first byte counts such calls twice (and is ten
 * times as slow). The shapes are those that `cmd/internal/obj/x86` (`stacksplit`) emits, Go 1.2 to 1.27, taken as bytes.
 */
import type { Placement } from '../../spec/attach-point.ts'

/** Bytes of code that the longest shape needs. */
export const GO_PROLOGUE_SIZE = 48

/** Where to probe, counted from the entry. */
export interface GoEntry {
  readonly placement: Extract<Placement, 'entry' | 'after-stack-check' | 'stack-check-branch'>
  readonly offset: number
}

const PUSH_RBP = 0x55

/** `g` from thread-local storage: assembly functions, and everything before Go 1.17 (later `g` is in R14). */
const LOAD_G = shapes(
  '64 48 8b 0c 25 f8 ff ff ff',
  '48 8b 0d ? ? ? ? 64 48 8b 09',
  '48 c7 c1 f8 ff ff ff 64 48 8b 09',
  '64 4c 8b 34 25 f8 ff ff ff',
  '49 c7 c6 f8 ff ff ff 64 4d 8b 36',
)
/** What SP will be, for frames over 128 bytes: lea -N(%rsp),%r12 (or %rax); over 4096 bytes also a check for wrapping. */
const FRAME_BOTTOM = shapes(
  '4c 8d 64 24 ?',
  '4c 8d a4 24 ? ? ? ?',
  '49 89 e4 49 81 ec ? ? ? ? 72 ?',
  '49 89 e4 49 81 ec ? ? ? ? 0f 82 ? ? ? ?',
  '48 8d 44 24 ?',
  '48 8d 84 24 ? ? ? ?',
)
/** cmp g.stackguard0 or stackguard1 with rsp, r12 or rax. */
const COMPARE = shapes(
  '49 3b 66 10',
  '49 3b 66 18',
  '4d 3b 66 10',
  '4d 3b 66 18',
  '48 3b 61 10',
  '48 3b 61 18',
  '48 3b 41 10',
  '48 3b 41 18',
)
/** jbe to the call of morestack. */
const BRANCH = shapes('76 ?', '0f 86 ? ? ? ?')

/** Decides by the first bytes of a function (up to `GO_PROLOGUE_SIZE`). */
export function findGoEntry(code: Uint8Array): GoEntry {
  const entry: GoEntry = { placement: 'entry', offset: 0 }
  const g = matchAny(LOAD_G, code, 0) ?? 0
  const bottom = matchAny(FRAME_BOTTOM, code, g) ?? g
  const branch = matchAny(COMPARE, code, bottom)
  if (branch === undefined) return entry
  const next = matchAny(BRANCH, code, branch)
  if (next === undefined) return entry
  if (code[next] === PUSH_RBP) return { placement: 'after-stack-check', offset: next }
  return { placement: 'stack-check-branch', offset: branch }
}

type Shape = readonly (number | undefined)[]

/** Bytes in hexadecimal; `?` is any byte. */
function shapes(...texts: readonly string[]): readonly Shape[] {
  return texts.map((text) => text.split(' ').map((byte) => (byte === '?' ? undefined : Number.parseInt(byte, 16))))
}

/** The offset behind the first shape that matches at `at`. */
function matchAny(candidates: readonly Shape[], code: Uint8Array, at: number): number | undefined {
  const shape = candidates.find((candidate) => candidate.every((byte, index) => (byte ?? code[at + index]) === code[at + index]))
  return shape && at + shape.length <= code.length ? at + shape.length : undefined
}
