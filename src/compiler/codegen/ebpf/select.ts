/**
 * Instruction selection: IR to machine code over virtual registers. Each kind of instruction has its rule; this file has
 * the table, decides which values need a register at all, and lowers phis and terminators. The function must have no
 * critical edges into blocks with phis.
 */
import { ALU, CLASS, SOURCE } from '../../../format/asm/opcodes.ts'
import type { InstructionSet } from '../../../spec/instruction-set.ts'
import { terminatorOf } from '../../ir/control-flow.ts'
import { computeDominators, type Dominators, loopDepths } from '../../ir/dominators.ts'
import { hasEffect } from '../../ir/effects.ts'
import type { Block, Instruction, IrFunction, Operand, Terminator } from '../../ir/ir.ts'
import { phisOf } from '../../ir/operands.ts'
import { coldBlocks } from './cold-blocks.ts'
import type { MachineFunction } from './machine.ts'
import { sequenceMoves } from './parallel-moves.ts'
import type { SelectionRule } from './rule.ts'
import { binaryRule, convertRule } from './select-arithmetic.ts'
import { callRule, functionCallRule, kfuncRule } from './select-call.ts'
import { comparedValues, compareRule, emitTest, emitTruthTest } from './select-compare.ts'
import { atomicRule, copyRule, loadRule, offsetPointerRule, storeRule, zeroRule } from './select-memory.ts'
import { Selection, withoutExtension } from './selection.ts'
import { signExtendingLoads } from './sign-extending-loads.ts'

/** Made at each use, not where they stand. */
const nothing: SelectionRule<Instruction> = { reads: () => [], emit: () => {} }

const RULES = {
  binary: binaryRule,
  compare: compareRule,
  convert: convertRule,
  stack_slot: nothing,
  load: loadRule,
  store: storeRule,
  offset_pointer: offsetPointerRule,
  zero: zeroRule,
  copy: copyRule,
  atomic: atomicRule,
  call: callRule,
  call_kfunc: kfuncRule,
  call_function: functionCallRule,
  function: nothing,
  map: nothing,
  map_value: nothing,
  late_constant: nothing,
  relocation: nothing,
  phi: { reads: (phi: Extract<Instruction, { kind: 'phi' }>) => phi.incoming.map((entry) => entry.value), emit: () => {} },
} as const

const ruleOf = (instruction: Instruction): SelectionRule<Instruction> => RULES[instruction.kind] as unknown as SelectionRule<Instruction>

/** Selects instructions for a whole function. */
export function selectInstructions(fn: IrFunction, instructionSet: InstructionSet): MachineFunction {
  const dominators = computeDominators(fn)
  const demanded = demandedValues(dominators)
  const selection = new Selection(fn.name, { instructionSet, demanded, signExtendingLoads: signExtendingLoads(fn, instructionSet) })
  openBlocks(selection, fn, dominators)
  for (const block of dominators.order) for (const phi of phisOf(block)) if (selection.demanded.has(phi)) selection.define(phi)
  for (const [index, block] of dominators.order.entries()) {
    selection.moveTo(selection.blocks.get(block) as never)
    if (index === 0) receiveParameters(selection, fn)
    selectBlock(selection, block)
  }
  return selection.machine
}

/** Which values must be computed into registers: what effects and terminators read, and what that needs in turn. */
function demandedValues(dominators: Dominators): Set<Operand> {
  const demanded = new Set<Operand>()
  const pending: Instruction[] = []
  const demand = (operand: Operand) => {
    const source = withoutExtension(operand)
    if (demanded.has(source)) return
    demanded.add(source)
    if (source.kind !== 'constant' && source.kind !== 'parameter') pending.push(source)
  }
  for (const block of dominators.order) {
    for (const instruction of block.instructions) if (hasEffect(instruction)) ruleOf(instruction).reads(instruction).forEach(demand)
    terminatorReads(terminatorOf(block)).forEach(demand)
  }
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) ruleOf(next).reads(next).forEach(demand)
  return demanded
}

function terminatorReads(terminator: Terminator): readonly Operand[] {
  if (terminator.kind === 'return') return [terminator.value]
  if (terminator.kind === 'jump') return []
  const condition = withoutExtension(terminator.condition)
  return condition.kind === 'compare' ? comparedValues(condition) : [condition]
}

function openBlocks(selection: Selection, fn: IrFunction, dominators: Dominators): void {
  const depths = loopDepths(fn, dominators)
  const cold = coldBlocks(dominators)
  for (const block of dominators.order) {
    selection.blocks.set(block, selection.newBlock({ depth: depths.get(block) ?? 0, cold: cold.has(block) }))
  }
}

function receiveParameters(selection: Selection, fn: IrFunction): void {
  for (const parameter of fn.parameters)
    if (selection.demanded.has(parameter)) selection.copy(selection.define(parameter), parameter.index + 1)
}

function selectBlock(selection: Selection, block: Block): void {
  for (const instruction of block.instructions) {
    if (!hasEffect(instruction) && !selection.demanded.has(instruction)) continue
    selection.span = instruction.span
    ruleOf(instruction).emit(selection, instruction)
  }
  selection.span = terminatorOf(block).span
  selectTerminator(selection, block, terminatorOf(block))
}

function selectTerminator(selection: Selection, block: Block, terminator: Terminator): void {
  const machineBlock = (target: Block) => selection.blocks.get(target) as never
  switch (terminator.kind) {
    case 'jump':
      emitPhiMoves(selection, block, terminator.target)
      selection.current.end = { kind: 'jump', target: machineBlock(terminator.target), span: terminator.span }
      return
    case 'return':
      selection.put(0, terminator.value)
      selection.current.end = { kind: 'exit', span: terminator.span }
      return
    case 'branch': {
      const condition = withoutExtension(terminator.condition)
      const test = condition.kind === 'compare' ? emitTest(selection, condition) : emitTruthTest(selection, condition)
      selection.current.end = { kind: 'branch', test, taken: machineBlock(terminator.then), next: machineBlock(terminator.otherwise) }
    }
  }
}

/** Gives the phis of `target` their values for the edge from `from`: registers at once, then what is made from nothing. */
function emitPhiMoves(selection: Selection, from: Block, target: Block): void {
  const incoming = phisOf(target)
    .filter((phi) => selection.demanded.has(phi))
    .map((phi) => ({
      dst: selection.define(phi),
      value: withoutExtension(phi.incoming.find((entry) => entry.block === from)?.value as Operand),
    }))
  const held = incoming.filter(({ value }) => !isMade(value)).map(({ dst, value }) => ({ dst, src: selection.registerOf(value) }))
  for (const { dst, src } of sequenceMoves(held, () => selection.newRegister())) {
    selection.emit({ opcode: CLASS.alu64 | ALU.mov | SOURCE.x, dst, src })
  }
  for (const { dst, value } of incoming) if (isMade(value)) selection.put(dst, value)
}

function isMade(value: Operand): boolean {
  return (
    value.kind === 'constant' ||
    value.kind === 'map' ||
    value.kind === 'map_value' ||
    value.kind === 'late_constant' ||
    value.kind === 'relocation' ||
    value.kind === 'function' ||
    value.kind === 'stack_slot'
  )
}
