/**
 * Which registers hold a value that is still wanted, at the end of each block: the usual backward fixed point, over sets of
 * bits.
 */
import { definitionsOf, type MachineBlock, type MachineFunction, successorsOf, usesOf } from './machine.ts'

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
    let changed = false
    for (const [index, word] of other.#words.entries()) {
      const before = this.#words[index] ?? 0
      const after = (before | word) >>> 0
      if (after === before) continue
      this.#words[index] = after
      changed = true
    }
    return changed
  }
  *[Symbol.iterator](): Generator<number> {
    for (const [index, word] of this.#words.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) yield index * 32 + (31 - Math.clz32(rest & -rest))
    }
  }

  #word(member: number): number {
    return this.#words[member >>> 5] ?? 0
  }
}

/** The registers that are live behind each block's last instruction (the test of a branch included among its instructions). */
export function liveOut(machine: MachineFunction): Map<MachineBlock, BitSet> {
  const out = new Map(machine.blocks.map((block) => [block, new BitSet(machine.nextRegister)]))
  const into = new Map(machine.blocks.map((block) => [block, new BitSet(machine.nextRegister)]))
  for (let changed = true; changed; ) {
    changed = false
    for (const block of machine.blocks.toReversed()) {
      const after = out.get(block) as BitSet
      for (const successor of successorsOf(block)) after.addAll(into.get(successor) as BitSet)
      const live = new BitSet(after)
      for (const use of endUses(block)) live.add(use)
      for (const instruction of block.instructions.toReversed()) {
        for (const definition of definitionsOf(instruction)) live.delete(definition)
        for (const use of usesOf(instruction)) live.add(use)
      }
      if (into.get(block)?.addAll(live) === true) changed = true
    }
  }
  return out
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
