/**
 * The code of a BPF object file: its functions with their relocations applied symbolically, and the putting together of a
 * program from its main function and all that it calls. Relocations are those of LLVM's BPF back end: R_BPF_64_64 on a
 * 64-bit immediate load, R_BPF_64_32 on a call.
 */
import { FormatError } from '../base/errors.ts'
import { decodeInstructions } from '../format/asm/decode.ts'
import { type Instruction, PSEUDO, type Reference, slotsOf } from '../format/asm/instruction.ts'
import { CLASS, JMP, LD_IMM64 } from '../format/asm/opcodes.ts'
import { type ElfFile, readSection } from '../format/elf/elf-file.ts'
import { readSectionRelocations } from '../format/elf/section-relocations.ts'
import { SYMBOL_TYPE, type SymbolTable } from '../format/elf/symbol-table.ts'
import type { ProgramFunction, ProgramSpec } from './program-spec.ts'

/** One function; `start` and the keys of `targets` are slots in its section. */
interface ObjectFunction {
  readonly name: string
  readonly section: number
  readonly start: number
  readonly instructions: readonly Instruction[]
  /** The function that an instruction calls or points to, by the slot of the instruction. */
  readonly targets: ReadonlyMap<number, Place>
}
interface Place {
  readonly section: number
  readonly slot: number
}
/** All functions of an object. */
export interface ObjectCode {
  readonly file: string
  readonly functions: readonly ObjectFunction[]
}

const SLOT = 8
const CALL = CLASS.jmp | JMP.call

/** Reads the functions. Throws `FormatError` for relocations that are not known. */
export function readObjectCode(elf: ElfFile, symbols: SymbolTable): ObjectCode {
  const functions: ObjectFunction[] = []
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    const section = symbols.sectionAt(symbol)
    if (symbols.typeAt(symbol) === SYMBOL_TYPE.function && elf.sections[section] !== undefined)
      functions.push(readFunction(elf, symbols, symbol))
  }
  return { file: elf.source.name, functions }
}

function readFunction(elf: ElfFile, symbols: SymbolTable, symbol: number): ObjectFunction {
  const section = symbols.sectionAt(symbol)
  const from = Number(symbols.addressAt(symbol))
  const bytes = readSection(elf, elf.sections[section]!).subarray(from, from + symbols.sizeAt(symbol))
  const relocated = new Map(readSectionRelocations(elf, section).map((relocation) => [relocation.offset / SLOT, relocation.symbol]))
  const targets = new Map<number, Place>()
  const start = from / SLOT
  let slot = start
  const instructions = decodeInstructions(bytes).map((instruction) => {
    const at = slot
    slot += slotsOf(instruction)
    const named = relocated.get(at)
    if (instruction.opcode === CALL && instruction.src === PSEUDO.call) {
      const callee =
        named === undefined ? { section, base: at + 1 } : { section: symbols.sectionAt(named), base: slotOf(symbols, named) + 1 }
      targets.set(at, { section: callee.section, slot: callee.base + Number(instruction.imm) })
      return instruction
    }
    if (named === undefined) return instruction
    if (instruction.opcode !== LD_IMM64)
      throw new FormatError(elf.source.name, `slot ${at} of section ${elf.sections[section]?.name} has a relocation that is not known`)
    if (!isCode(symbols, named))
      return { ...instruction, src: 0, imm: 0n, reference: dataReference(elf, symbols, { symbol: named, addend: instruction.imm }) }
    targets.set(at, { section: symbols.sectionAt(named), slot: slotOf(symbols, named) + Number(instruction.imm) / SLOT })
    return { ...instruction, src: PSEUDO.function }
  })
  return { name: symbols.nameAt(symbol), section, start, instructions, targets }
}

const slotOf = (symbols: SymbolTable, symbol: number): number => Number(symbols.addressAt(symbol)) / SLOT
const isCode = (symbols: SymbolTable, symbol: number): boolean => symbols.typeAt(symbol) === SYMBOL_TYPE.function

/** A map of the `maps` section, or a place in a section of variables. */
function dataReference(
  elf: ElfFile,
  symbols: SymbolTable,
  { symbol, addend }: { readonly symbol: number; readonly addend: bigint },
): Reference {
  const section = elf.sections[symbols.sectionAt(symbol)]
  if (section === undefined) throw new FormatError(elf.source.name, `symbol ${symbols.nameAt(symbol)} is not defined in it`)
  if (section.name === 'maps') return { kind: 'map', map: symbols.nameAt(symbol) }
  return { kind: 'map-value', map: section.name, offset: Number(symbols.addressAt(symbol) + addend) }
}

/** The main function and all that it calls, one after the other, calls pointing where they belong. Throws `FormatError`. */
export function linkProgram(code: ObjectCode, main: ObjectFunction): Pick<ProgramSpec, 'instructions' | 'functions'> {
  const members = reachedFunctions(code, main)
  const starts = new Map<ObjectFunction, number>()
  let size = 0
  for (const member of members) {
    starts.set(member, size)
    size += member.instructions.reduce((slots, instruction) => slots + slotsOf(instruction), 0)
  }
  const instructions = members.flatMap((member) => {
    let slot = member.start
    return member.instructions.map((instruction) => {
      const at = slot
      slot += slotsOf(instruction)
      const target = member.targets.get(at)
      if (target === undefined) return instruction
      const here = starts.get(member)! + at - member.start
      return { ...instruction, imm: BigInt(starts.get(functionAt(code, target))! - here - 1) }
    })
  })
  // How many parameters a function has is not in an object file; five is what it may read at most.
  const functions: ProgramFunction[] = members.map((member) => ({
    name: member.name,
    start: starts.get(member)!,
    parameterCount: member === main ? 1 : 5,
  }))
  return members.length === 1 ? { instructions } : { instructions, functions }
}

function reachedFunctions(code: ObjectCode, main: ObjectFunction): ObjectFunction[] {
  const reached = new Set([main])
  for (const member of reached) for (const target of member.targets.values()) reached.add(functionAt(code, target))
  return [...reached]
}

function functionAt({ functions, file }: ObjectCode, { section, slot }: Place): ObjectFunction {
  const found = functions.find((candidate) => candidate.section === section && candidate.start === slot)
  if (found === undefined) throw new FormatError(file, `a call goes to slot ${slot} of section ${section}, where no function begins`)
  return found
}
