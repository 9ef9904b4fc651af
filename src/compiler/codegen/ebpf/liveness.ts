/**
 * Which registers hold a value that is still wanted, at the end of each block: the usual backward fixed point, over sets of
 * bits.
 */
import { definitionsOf, type MachineBlock, type MachineFunction, type MachineInstruction, successorsOf, usesOf } from './machine.ts'

/** A set of small numbers. */
export class BitSet {
  readonly #words: Uint32Array

  constructor(size: number | BitSet) {
    this.#words = typeof size === 'number' ? new Uint32Array((size + 31) >>> 5) : size.#words.slice()
  }
  has(member: number): boolean {
    return ((this.#word(member) >>> (member & 31)) & 1) === 1
  }
  add(member: number): void {
    this.#words[member >>> 5] = this.#word(member) | (1 << (member & 31))
  }
  delete(member: number): void {
    this.#words[member >>> 5] = this.#word(member) & ~(1 << (member & 31))
  }
  /** Adds all of `other`; true when that changed anything. */
  addAll(other: BitSet): boolean {
    return this.addDifference(other, NOTHING)
  }
  /** Adds what is in `other` and not in `without`; true when that changed anything. */
  addDifference(other: BitSet, without: BitSet): boolean {
    let changed = false
    for (let index = 0; index < other.#words.length; index++) {
      const before = this.#word(index << 5)
      const after = (before | (other.#word(index << 5) & ~without.#word(index << 5))) >>> 0
      if (after === before) continue
      this.#words[index] = after
      changed = true
    }
    return changed
  }
  /** Shows each member, in order: half the time of an iterator. */
  visit(show: (member: number) => void): void {
    for (let index = 0; index < this.#words.length; index++) {
      for (let rest = this.#word(index << 5); rest !== 0; rest &= rest - 1) show(index * 32 + (31 - Math.clz32(rest & -rest)))
    }
  }

  #word(member: number): number {
    return this.#words[member >>> 5] ?? 0
  }
}

const NOTHING = new BitSet(0)

/** The registers that are live behind each block's last instruction (the test of a branch included among its instructions). */
export function liveOut(machine: MachineFunction): Map<MachineBlock, BitSet> {
  const backwards = machine.blocks.map((block) => ({ block, out: new BitSet(machine.nextRegister), ...effectOf(block, machine) })).reverse()
  const into = new Map(backwards.map(({ block, into }) => [block, into]))
  for (let changed = true; changed; ) {
    changed = false
    for (const { block, out, into: before, defined } of backwards) {
      for (const successor of successorsOf(block)) out.addAll(into.get(successor) as BitSet)
      if (before.addDifference(out, defined)) changed = true
    }
  }
  return new Map(backwards.map(({ block, out }) => [block, out] as const).reverse())
}

/** What a block reads before it writes it, which is live into it whatever comes behind, and what it writes. */
function effectOf(block: MachineBlock, { nextRegister }: MachineFunction): { readonly into: BitSet; readonly defined: BitSet } {
  const into = new BitSet(nextRegister)
  const defined = new BitSet(nextRegister)
  for (const use of endUses(block)) into.add(use)
  for (let index = block.instructions.length - 1; index >= 0; index--) {
    const instruction = block.instructions[index] as MachineInstruction
    for (const definition of definitionsOf(instruction)) {
      into.delete(definition)
      defined.add(definition)
    }
    for (const use of usesOf(instruction)) into.add(use)
  }
  return { into, defined }
}

/** What the end of a block reads: the operands of its test, or the result in r0. */
export function endUses(block: MachineBlock): readonly number[] {
  switch (block.end.kind) {
    case 'jump':
      return []
    case 'branch':
      return usesOf(block.end.test)
    case 'exit':
      return [0]
  }
}
