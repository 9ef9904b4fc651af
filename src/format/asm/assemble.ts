/**
 * The kernel's listing syntax to instructions: the inverse of `disassemble.ts`, with what makes it pleasant to write by hand.
 * Jumps and calls may name a label (`goto out`, `call twice`, `r2 = func each`, and `out:` on a line of its own), helpers need no
 * number, `#` begins a comment, and the slot numbers and opcodes of a listing are skipped.
 */
import { FormatError } from '../../base/errors.ts'
import { ASSEMBLY_RULES } from './assembly-rules.ts'
import { type Instruction, slotsOf } from './instruction.ts'
import { LD_IMM64 } from './opcodes.ts'

/** Assembles a program. Throws `FormatError` naming the line for what it cannot read and for labels that are not there. */
export function assemble(text: string): Instruction[] {
  return assembleWithLabels(text).instructions
}

/** A program, and the slot of every label in it. */
export interface Assembly {
  readonly instructions: Instruction[]
  readonly labels: ReadonlyMap<string, number>
}

/** Assembles a program and keeps its labels, by which its functions are found. Throws as `assemble` does. */
export function assembleWithLabels(text: string): Assembly {
  const labels = new Map<string, number>()
  const parsed: { readonly instruction: Instruction; readonly slot: number; readonly target: string | undefined; readonly line: number }[] =
    []
  let slot = 0
  for (const [index, raw] of text.split('\n').entries()) {
    const line = stripListing(raw)
    if (line === '') continue
    const label = /^([\w.]+):$/.exec(line)?.[1]
    if (label !== undefined) {
      labels.set(label, slot)
      continue
    }
    const { instruction, target } = parseLine(line, index + 1)
    parsed.push({ instruction, target, slot, line: index + 1 })
    slot += slotsOf(instruction)
  }
  const instructions = parsed.map(({ instruction, target, slot: at, line }) => {
    if (target === undefined) return instruction
    const to = labels.get(target)
    if (to === undefined) throw new FormatError(`line ${line}`, `there is no label ${target}`)
    return withDistance(instruction, to - at - 1)
  })
  return { instructions, labels }
}

/** One instruction from text such as `r1 += r2`. Throws `FormatError`. */
export function parseInstruction(text: string): Instruction {
  return parseLine(text.trim(), 1).instruction
}

const stripListing = (line: string): string =>
  line
    .replace(/(^|\s)#\s.*$|^#.*$/, '')
    .replace(/^\s*\d+:\s*\([0-9a-f]{2}\)/, '')
    .trim()

function parseLine(line: string, number: number): { instruction: Instruction; target?: string | undefined } {
  for (const { pattern, parse } of ASSEMBLY_RULES) {
    const match = pattern.exec(line)
    if (match !== null) return parse(match.groups ?? {})
  }
  throw new FormatError(`line ${number}`, `not an instruction: ${line}`)
}

function withDistance(instruction: Instruction, slots: number): Instruction {
  const inImmediate = instruction.opcode === LD_IMM64 || instruction.opcode === 0x85 || instruction.opcode === 0x06
  return inImmediate ? { ...instruction, imm: BigInt(slots) } : { ...instruction, offset: slots }
}
