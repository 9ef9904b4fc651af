/**
 * arm64 instructions, as far as control flow is concerned: words of four bytes. Source: the Arm Architecture Reference
 * Manual, "Branches, Exception Generating and System instructions".
 */
import type { Instruction, InstructionDecoder } from './instruction.ts'

const WORD = 4

/** The decoder of arm64. */
export const ARM64_DECODER: InstructionDecoder = { decode, show }

type Rule = readonly [mask: number, value: number, make: (word: number, at: number) => Omit<Instruction, 'at' | 'length'>]

const RULES: readonly Rule[] = [
  [0xffff_ffff, 0xd503_201f, () => ({ kind: 'nop' })],
  [0xffff_fc1f, 0xd65f_0000, () => ({ kind: 'return' })],
  [0xffff_fbff, 0xd65f_0bff, () => ({ kind: 'return' })], // retaa, retab
  [0xffff_fc1f, 0xd61f_0000, () => ({ kind: 'register-jump' })],
  [0xffff_fc1f, 0xd63f_0000, () => ({ kind: 'call' })],
  [0xfc00_0000, 0x1400_0000, (word, at) => ({ kind: 'jump', target: at + displacement(word, 0, 26) })],
  [0xfc00_0000, 0x9400_0000, (word, at) => ({ kind: 'call', target: at + displacement(word, 0, 26) })],
  [0xff00_0010, 0x5400_0000, (word, at) => ({ kind: 'branch', target: at + displacement(word, 5, 19) })],
  [0x7e00_0000, 0x3400_0000, (word, at) => ({ kind: 'branch', target: at + displacement(word, 5, 19) })], // cbz, cbnz
  [0x7e00_0000, 0x3600_0000, (word, at) => ({ kind: 'branch', target: at + displacement(word, 5, 14) })], // tbz, tbnz
  [0xffe0_001f, 0xd420_0000, () => ({ kind: 'trap' })], // brk
  [0xffff_0000, 0x0000_0000, () => ({ kind: 'trap' })], // udf, and padding of zeros
]

function decode(code: Uint8Array): readonly Instruction[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength)
  const found: Instruction[] = []
  for (let at = 0; at < code.length; at += WORD) {
    if (at + WORD > code.length) found.push({ at, length: code.length - at, kind: 'invalid' })
    else found.push({ at, length: WORD, ...readWord(view.getUint32(at, true), at) })
  }
  return found
}

function readWord(word: number, at: number): Omit<Instruction, 'at' | 'length'> {
  const rule = RULES.find(([mask, value]) => (word & mask) >>> 0 === value)
  return rule === undefined ? { kind: 'other' } : rule[2](word, at)
}

/** A signed field of the word, in bytes. */
function displacement(word: number, from: number, bits: number): number {
  return ((word << (32 - from - bits)) >> (32 - bits)) * WORD
}

function show(code: Uint8Array): string {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength)
  return code.length < WORD ? '(bad)' : `.word 0x${view.getUint32(0, true).toString(16).padStart(8, '0')}`
}
