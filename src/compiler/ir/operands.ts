/**
 * What an instruction reads, and rewriting it: the one place that knows where each kind of instruction keeps its operands. Asked
 * for all over the compiler, so reading makes nothing that it need not.
 */
import { assertNever } from '../../base/assert.ts'
import type { Block, Instruction, IrFunction, Operand, Terminator } from './ir.ts'

/** Maps every operand of an instruction or terminator, in place. */
export function mapOperands(node: Instruction | Terminator, map: (operand: Operand) => Operand): void {
  switch (node.kind) {
    case 'binary':
    case 'compare': {
      const pair = node as { left: Operand; right: Operand }
      pair.left = map(node.left)
      pair.right = map(node.right)
      return
    }
    case 'convert':
    case 'return':
      node.value = map(node.value)
      return
    case 'load':
    case 'zero':
      node.pointer = map(node.pointer)
      return
    case 'store':
      node.pointer = map(node.pointer)
      node.value = map(node.value)
      return
    case 'offset_pointer':
      node.pointer = map(node.pointer)
      node.offset = map(node.offset)
      return
    case 'copy':
      node.target = map(node.target)
      node.source = map(node.source)
      return
    case 'atomic':
      node.pointer = map(node.pointer)
      node.value = map(node.value)
      if (node.expected !== undefined) node.expected = map(node.expected)
      return
    case 'call':
    case 'call_kfunc':
    case 'call_function':
      node.arguments = node.arguments.map(map)
      return
    case 'phi':
      for (const entry of node.incoming) entry.value = map(entry.value)
      return
    case 'branch':
      node.condition = map(node.condition)
      return
    case 'stack_slot':
    case 'function':
    case 'map':
    case 'map_value':
    case 'late_constant':
    case 'relocation':
    case 'jump':
      return
    default:
      assertNever(node)
  }
}

/** The operands of an instruction or terminator, in order. */
export function operandsOf(node: Instruction | Terminator): readonly Operand[] {
  switch (node.kind) {
    case 'binary':
    case 'compare':
      return [node.left, node.right]
    case 'convert':
    case 'return':
      return [node.value]
    case 'load':
    case 'zero':
      return [node.pointer]
    case 'store':
      return [node.pointer, node.value]
    case 'offset_pointer':
      return [node.pointer, node.offset]
    case 'copy':
      return [node.target, node.source]
    case 'atomic':
      return node.expected === undefined ? [node.pointer, node.value] : [node.pointer, node.value, node.expected]
    case 'call':
    case 'call_kfunc':
    case 'call_function':
      return node.arguments
    case 'phi':
      return node.incoming.map((entry) => entry.value)
    case 'branch':
      return [node.condition]
    case 'stack_slot':
    case 'function':
    case 'map':
    case 'map_value':
    case 'late_constant':
    case 'relocation':
    case 'jump':
      return []
    default:
      return assertNever(node)
  }
}

/** Replaces uses all over the function; follows chains of replacements. */
export function replaceOperands(fn: IrFunction, replacements: ReadonlyMap<Operand, Operand>): void {
  if (replacements.size === 0) return
  const map = (operand: Operand): Operand => {
    let current = operand
    for (let next = replacements.get(current); next !== undefined; next = replacements.get(current)) current = next
    return current
  }
  for (const node of nodesOf(fn)) mapOperands(node, map)
}

/** Every instruction and terminator, block by block. A list, since a generator takes as long as the passes that read it. */
export function nodesOf(fn: IrFunction): readonly (Instruction | Terminator)[] {
  const nodes: (Instruction | Terminator)[] = []
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) nodes.push(instruction)
    if (block.terminator !== undefined) nodes.push(block.terminator)
  }
  return nodes
}

/** Who reads each node; constants are not listed. */
export function usesByOperand(fn: IrFunction): Map<Operand, (Instruction | Terminator)[]> {
  const uses = new Map<Operand, (Instruction | Terminator)[]>()
  for (const node of nodesOf(fn)) {
    for (const operand of operandsOf(node)) {
      if (operand.kind === 'constant') continue
      const users = uses.get(operand)
      if (users === undefined) uses.set(operand, [node])
      else users.push(node)
    }
  }
  return uses
}

/** The phis of a block, which stand first. */
export function phisOf(block: Block): Extract<Instruction, { kind: 'phi' }>[] {
  const phis: Extract<Instruction, { kind: 'phi' }>[] = []
  for (const instruction of block.instructions) {
    if (instruction.kind !== 'phi') break
    phis.push(instruction)
  }
  return phis
}
