/**
 * The interference graph: two registers are joined when they hold different values at the same time. Copies are collected
 * on the way, as candidates for sharing a register.
 */
import { type BitSet, endUses, liveOut } from './liveness.ts'
import {
  ALLOCATABLE,
  definitionsOf,
  FIRST_VIRTUAL,
  FRAME_POINTER,
  isCopy,
  isRematerialisable,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type RegisterNumber,
  usesOf,
} from './machine.ts'

/** A copy between two registers that might become one. */
export interface CopyEdge {
  readonly dst: RegisterNumber
  readonly src: RegisterNumber
}

/** Interferences of one function. Machine registers interfere with each other, always. */
export interface InterferenceGraph {
  /** Every virtual register that occurs. */
  readonly registers: readonly RegisterNumber[]
  /** Neighbours of each virtual register, machine registers among them. */
  readonly neighbours: ReadonlyMap<RegisterNumber, Set<RegisterNumber>>
  readonly copies: readonly CopyEdge[]
  /** How much keeping each register in memory would cost: occurrences, weighed by loops. */
  readonly costs: ReadonlyMap<RegisterNumber, number>
}

const isVirtual = (register: RegisterNumber): boolean => register >= FIRST_VIRTUAL

/** Builds the graph. */
export function buildInterference(machine: MachineFunction): InterferenceGraph {
  const neighbours = new Map<RegisterNumber, Set<RegisterNumber>>()
  const copies: CopyEdge[] = []
  const join = (a: RegisterNumber, b: RegisterNumber) => {
    if (a === b || a === FRAME_POINTER || b === FRAME_POINTER) return
    if (isVirtual(a)) neighboursOf(neighbours, a).add(b)
    if (isVirtual(b)) neighboursOf(neighbours, b).add(a)
  }
  for (const [block, live] of liveOut(machine)) {
    for (const use of endUses(block)) note(neighbours, live, use)
    for (const instruction of block.instructions.toReversed()) {
      const copy = isCopy(instruction) && instruction.src !== FRAME_POINTER
      if (copy) {
        live.delete(instruction.src)
        copies.push({ dst: instruction.dst, src: instruction.src })
      }
      const definitions = definitionsOf(instruction)
      for (const definition of definitions) {
        if (isVirtual(definition)) neighboursOf(neighbours, definition)
        live.visit((other) => {
          join(definition, other)
        })
        for (const other of definitions) join(definition, other)
      }
      for (const definition of definitions) live.delete(definition)
      for (const use of usesOf(instruction)) note(neighbours, live, use)
    }
  }
  return {
    registers: [...neighbours.keys()],
    neighbours,
    copies: copies.filter(({ dst, src }) => isUsable(dst) && isUsable(src)),
    costs: spillCosts(machine),
  }
}

const isUsable = (register: RegisterNumber): boolean => isVirtual(register) || register < ALLOCATABLE

function note(neighbours: Map<RegisterNumber, Set<RegisterNumber>>, live: BitSet, use: RegisterNumber): void {
  if (use === FRAME_POINTER) return
  live.add(use)
  if (isVirtual(use)) neighboursOf(neighbours, use)
}

function neighboursOf(neighbours: Map<RegisterNumber, Set<RegisterNumber>>, register: RegisterNumber): Set<RegisterNumber> {
  const known = neighbours.get(register)
  if (known !== undefined) return known
  const made = new Set<RegisterNumber>()
  neighbours.set(register, made)
  return made
}

function spillCosts(machine: MachineFunction): Map<RegisterNumber, number> {
  const costs = new Map<RegisterNumber, number>()
  const definitions = new Map<RegisterNumber, MachineInstruction[]>()
  const count = (register: RegisterNumber, weight: number) => costs.set(register, (costs.get(register) ?? 0) + weight)
  for (const block of machine.blocks) {
    const weight = weightOf(block)
    for (const instruction of block.instructions) {
      for (const register of definitionsOf(instruction)) {
        count(register, weight)
        definitions.set(register, [...(definitions.get(register) ?? []), instruction])
      }
      for (const register of usesOf(instruction)) count(register, weight)
    }
    for (const register of endUses(block)) count(register, weight)
  }
  for (const [register, [only, ...others]] of definitions) {
    // Making a number again costs less than a load, and nothing where it was defined.
    if (only !== undefined && others.length === 0 && isRematerialisable(only)) costs.set(register, (costs.get(register) ?? 0) / 4)
  }
  return costs
}

function weightOf(block: MachineBlock): number {
  return 10 ** Math.min(block.depth, 6) * (block.cold ? 0.1 : 1)
}
