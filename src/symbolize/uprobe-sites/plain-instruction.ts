/**
 * The x86-64 instructions that functions of C and Go most often begin with: moves, arithmetic, comparisons, `lea`, `endbr64`. Read by
 * hand, as length and written registers; whatever is none of them, writes memory or touches the stack pointer is not read.
 * Source: Intel SDM, volume 2, appendix A.
 */

/** An instruction that does nothing but compute. */
export interface PlainInstruction {
  readonly length: number
  /** Numbers of the registers that it changes, 0 for rax to 15 for r15. */
  readonly writes: readonly number[]
}

/** What an opcode writes: its register operand, its register-or-memory operand, rax, or nothing but flags. */
type Written = 'reg' | 'rm' | 'ax' | 'none'
/** Bytes of immediate: `full` is 4, or 2 behind an operand-size prefix. */
type Immediate = 0 | 1 | 'full'

interface Form {
  readonly written: Written
  readonly immediate: Immediate
  readonly modrm: boolean
}

const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa]
const SEGMENTS: ReadonlySet<number | undefined> = new Set([0x64, 0x65])
const COMPARE = 7

/** Reads the instruction at `at`; undefined when it is not a plain one, or cut off. */
export function readPlainInstruction(code: Uint8Array, at: number): PlainInstruction | undefined {
  if (ENDBR64.every((byte, index) => code[at + index] === byte)) return { length: ENDBR64.length, writes: [] }
  let next = at
  if (SEGMENTS.has(code[next])) next++
  const short = code[next] === 0x66
  if (short) next++
  const rex = ((code[next] ?? 0) & 0xf0) === 0x40 ? (code[next++] ?? 0) : 0
  const twoBytes = code[next] === 0x0f
  if (twoBytes) next++
  const opcode = code[next++] ?? 0
  const move = twoBytes ? undefined : readMoveOfImmediate(opcode, { rex, short })
  if (move !== undefined) return ended(code, at, next + move.immediate, [move.register])
  const operands = code[next] ?? 0
  const form = twoBytes ? twoByteForm(opcode) : oneByteForm(opcode, (operands >> 3) & 7)
  if (form === undefined) return undefined
  const writes = writtenBy(form, operands, rex)
  if (writes === undefined) return undefined
  const immediate = form.immediate === 'full' ? (short ? 2 : 4) : form.immediate
  return ended(code, at, next + (form.modrm ? operandLength(code, next) : 0) + immediate, writes)
}

function ended(code: Uint8Array, start: number, end: number, writes: readonly number[]): PlainInstruction | undefined {
  return end <= code.length ? { length: end - start, writes } : undefined
}

/** `mov $imm,%reg`. */
function readMoveOfImmediate(opcode: number, { rex, short }: { rex: number; short: boolean }) {
  if (opcode < 0xb8 || opcode > 0xbf) return undefined
  return { register: (opcode & 7) | ((rex & 1) << 3), immediate: rex & 8 ? 8 : short ? 2 : 4 }
}

/** Opcodes of one byte, those of 8-bit operands left out except comparisons. */
function oneByteForm(opcode: number, extension: number): Form | undefined {
  const form = (written: Written, immediate: Immediate = 0, modrm = true): Form => ({ written, immediate, modrm })
  if (opcode < 0x40) {
    const compares = opcode >> 3 === COMPARE
    if ((opcode & 7) === 1) return form(compares ? 'none' : 'rm')
    if ((opcode & 7) === 3) return form(compares ? 'none' : 'reg')
    if ((opcode & 7) === 5) return form(compares ? 'none' : 'ax', 'full', false)
    return compares && (opcode & 7) !== 6 && (opcode & 7) !== 7 ? form('none', (opcode & 7) === 4 ? 1 : 0, (opcode & 7) !== 4) : undefined
  }
  if (opcode === 0x80) return extension === COMPARE ? form('none', 1) : undefined
  if (opcode === 0x81) return form(extension === COMPARE ? 'none' : 'rm', 'full')
  if (opcode === 0x83) return form(extension === COMPARE ? 'none' : 'rm', 1)
  if (opcode === 0x84 || opcode === 0x85) return form('none')
  if (opcode === 0x89) return form('rm')
  if (opcode === 0x63 || opcode === 0x8b || opcode === 0x8d) return form('reg')
  if (opcode === 0xa8) return form('none', 1, false)
  if (opcode === 0xa9) return form('none', 'full', false)
  if (opcode === 0xc7 && extension === 0) return form('rm', 'full')
  if (opcode === 0xf6 && extension === 0) return form('none', 1)
  if (opcode === 0xf7 && extension === 0) return form('none', 'full')
  return undefined
}

/** `nop`, and moves that extend. */
function twoByteForm(opcode: number): Form | undefined {
  if (opcode === 0x1f) return { written: 'none', immediate: 0, modrm: true }
  return [0xb6, 0xb7, 0xbe, 0xbf].includes(opcode) ? { written: 'reg', immediate: 0, modrm: true } : undefined
}

/** Undefined when memory is written. */
function writtenBy({ written }: Form, operands: number, rex: number): readonly number[] | undefined {
  if (written === 'none') return []
  if (written === 'ax') return [0]
  if (written === 'reg') return [((operands >> 3) & 7) | ((rex & 4) << 1)]
  return operands >> 6 === 3 ? [(operands & 7) | ((rex & 1) << 3)] : undefined
}

/** Bytes of ModRM, SIB and displacement. */
function operandLength(code: Uint8Array, at: number): number {
  const [operands = 0, sib = 0] = code.subarray(at, at + 2)
  const [mode, base] = [operands >> 6, operands & 7]
  if (mode === 3) return 1
  const hasSib = base === 4
  const far = mode === 2 || (mode === 0 && (hasSib ? (sib & 7) === 5 : base === 5))
  return 1 + (hasSib ? 1 : 0) + (far ? 4 : mode === 1 ? 1 : 0)
}
