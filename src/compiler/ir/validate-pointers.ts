/**
 * Null checks: a pointer that a helper may have answered null for is dereferenced only where a comparison has proved it
 * otherwise. A forward analysis over edges, as the verifier's is.
 */

import type { Complain } from './complain.ts'
import { predecessorsByBlock, reversePostorder, successorsOf, terminatorOf } from './control-flow.ts'
import type { Block, Instruction, IrFunction, Operand } from './ir.ts'
import { isPointerType } from './types.ts'

/** Pointers that are certainly not null. */
type Facts = ReadonlySet<Operand>

/** The pointer that a branch compares with null, and the sides it goes to. */
export interface NullCheck {
  readonly pointer: Operand
  readonly whenNull: Block
  readonly whenPresent: Block
}

/** What a block's terminator checks, if it is a null check. */
export function nullCheckOf(block: Block): NullCheck | undefined {
  const terminator = terminatorOf(block)
  if (terminator.kind !== 'branch' || terminator.condition.kind !== 'compare' || terminator.then === terminator.otherwise) return undefined
  const { predicate, left, right } = terminator.condition
  if (!isPointerType(left.type) || right.kind !== 'constant' || (predicate !== 'eq' && predicate !== 'ne')) return undefined
  const [whenPresent, whenNull] = predicate === 'ne' ? [terminator.then, terminator.otherwise] : [terminator.otherwise, terminator.then]
  return { pointer: left, whenNull, whenPresent }
}

/** Checks that what is dereferenced is not null. */
export function checkPointers(fn: IrFunction, complain: Complain): void {
  const known = presentPointers(fn)
  for (const block of reversePostorder(fn)) {
    for (const instruction of block.instructions) {
      for (const pointer of dereferencedBy(instruction)) {
        const facts = known.get(block) ?? new Set()
        if (!isPresent(pointer, facts, known)) complain(instruction, 'a pointer that may be null is used without a check')
      }
    }
  }
}

function dereferencedBy(instruction: Instruction): readonly Operand[] {
  switch (instruction.kind) {
    case 'load':
    case 'store':
    case 'zero':
    case 'atomic':
    case 'offset_pointer':
      return [instruction.pointer]
    case 'copy':
      return [instruction.target, instruction.source]
    case 'call':
    case 'call_kfunc':
    case 'call_function':
      return instruction.arguments.filter((argument) => isPointerType(argument.type))
    default:
      return []
  }
}

/** True when a pointer cannot be null where `facts` hold. */
function isPresent(pointer: Operand, facts: Facts, known: ReadonlyMap<Block, Facts>, visiting: Facts = new Set()): boolean {
  if (facts.has(pointer) || visiting.has(pointer)) return true
  if (pointer.kind === 'offset_pointer') return isPresent(pointer.pointer, facts, known, visiting)
  if (pointer.kind !== 'phi') return pointer.kind !== 'call' && pointer.kind !== 'call_kfunc'
  const inside = new Set([...visiting, pointer])
  return pointer.incoming.every(({ block, value }) => {
    const target = successorsOf(block).find((successor) => successor.instructions.includes(pointer))
    return isPresent(value, (target && factsOnEdge(known, block, target)) ?? new Set(), known, inside)
  })
}

function presentPointers(fn: IrFunction): Map<Block, Set<Operand>> {
  const order = reversePostorder(fn)
  const predecessors = predecessorsByBlock(fn)
  const known = new Map<Block, Set<Operand>>()
  for (let changed = true; changed; ) {
    changed = false
    for (const [index, block] of order.entries()) {
      const facts = index === 0 ? new Set<Operand>() : meet((predecessors.get(block) ?? []).map((from) => factsOnEdge(known, from, block)))
      if (facts.size === known.get(block)?.size) continue
      known.set(block, facts)
      changed = true
    }
  }
  return known
}

/** What is known behind an edge; undefined when its start has not been looked at yet. */
function factsOnEdge(known: ReadonlyMap<Block, Facts>, from: Block, to: Block): Facts | undefined {
  const facts = known.get(from)
  const check = nullCheckOf(from)
  if (facts === undefined || check?.whenPresent !== to) return facts
  return new Set([...facts, check.pointer])
}

function meet(sets: readonly (Facts | undefined)[]): Set<Operand> {
  const [first, ...others] = sets.filter((set) => set !== undefined)
  return new Set([...(first ?? [])].filter((pointer) => others.every((other) => other.has(pointer))))
}
