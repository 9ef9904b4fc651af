/**
 * A function as text, one instruction a line: `%7: i64 = add %3, i64 1`. The form is regular so that a parser can read it back: a
 * constant is written with its type (`i64 5`), a place as `[pointer + offset]`, a block as `name.id`.
 */
import type { Block, Constant, Instruction, IrFunction, Operand, Terminator } from './ir.ts'
import { signedValue } from './ir.ts'

/** Prints a function, blocks in order, without a trailing newline. */
export function printFunction(fn: IrFunction): string {
  const parameters = fn.parameters.map((parameter) => `%${parameter.id}: ${parameter.type}`).join(', ')
  return [`function ${fn.name}(${parameters}) {`, ...fn.blocks.map(printBlock), '}'].join('\n')
}

function printBlock(block: Block): string {
  const lines = block.instructions.map((instruction) => `  ${printInstruction(instruction)}`)
  return [
    `${printLabel(block)}:`,
    ...lines,
    `  ${block.terminator === undefined ? '(no terminator)' : printTerminator(block.terminator)}`,
  ].join('\n')
}

const printLabel = (block: Block): string => `${block.name}.${block.id}`

/** Prints one instruction, without indentation. */
export function printInstruction(instruction: Instruction): string {
  const body = [OPERATIONS[instruction.kind](instruction as never), detailsOf(instruction)].filter((part) => part !== '').join(' ')
  return instruction.type === 'void' ? body : `%${instruction.id}: ${instruction.type} = ${body}`
}

type Names = { readonly [K in Instruction['kind']]: (instruction: Extract<Instruction, { kind: K }>) => string }

/** The word that begins each kind of instruction. */
const OPERATIONS: Names = {
  binary: ({ operator }) => operator,
  compare: ({ predicate }) => `compare ${predicate}`,
  convert: ({ operator }) => operator,
  stack_slot: () => 'stack_slot',
  load: () => 'load',
  store: () => 'store',
  offset_pointer: () => 'offset_pointer',
  zero: () => 'zero',
  copy: () => 'copy',
  atomic: ({ operator }) => `atomic ${operator}`,
  call: ({ helper }) => `call ${helper}`,
  call_kfunc: ({ kfunc }) => `call_kfunc ${kfunc}`,
  call_function: ({ callee }) => `call_function ${callee.name}`,
  function: () => 'function',
  map: () => 'map',
  map_value: () => 'map_value',
  late_constant: () => 'late_constant',
  phi: () => 'phi',
}

function detailsOf(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'binary':
    case 'compare':
      return `${printOperand(instruction.left)}, ${printOperand(instruction.right)}`
    case 'convert':
      return printOperand(instruction.value)
    case 'stack_slot':
      return `${instruction.size} ${JSON.stringify(instruction.name)}`
    case 'load':
      return printPlace(instruction.pointer, instruction.offset)
    case 'store':
      return `${printPlace(instruction.pointer, instruction.offset)}, ${printOperand(instruction.value)}`
    case 'offset_pointer':
      return `${printOperand(instruction.pointer)}, ${printOperand(instruction.offset)}`
    case 'zero':
      return `${printPlace(instruction.pointer, instruction.offset)}, ${instruction.size}`
    case 'copy':
      return `${printPlace(instruction.target, instruction.targetOffset)}, ${printPlace(instruction.source, instruction.sourceOffset)}, ${instruction.size}`
    case 'atomic':
      return [
        printPlace(instruction.pointer, instruction.offset),
        ...[instruction.value, instruction.expected].filter((value) => value !== undefined).map(printOperand),
      ].join(', ')
    case 'call':
    case 'call_kfunc':
    case 'call_function':
      return `(${instruction.arguments.map(printOperand).join(', ')})`
    case 'function':
      return instruction.target.name
    case 'map':
      return JSON.stringify(instruction.map)
    case 'map_value':
      return `${JSON.stringify(instruction.map)}, ${instruction.offset}`
    case 'late_constant':
      return JSON.stringify(instruction.name)
    case 'phi':
      return instruction.incoming.map(({ block, value }) => `[${printLabel(block)}: ${printOperand(value)}]`).join(', ')
  }
}

const printPlace = (pointer: Operand, offset: number): string =>
  `[${printOperand(pointer)}${offset < 0 ? ` - ${-offset}` : ` + ${offset}`}]`

function printOperand(operand: Operand): string {
  return operand.kind === 'constant' ? printConstant(operand) : `%${operand.id}`
}

function printConstant(value: Constant): string {
  return `${value.type} ${value.type === 'i1' ? value.value : signedValue(value)}`
}

/** Prints a terminator, without indentation. */
export function printTerminator(terminator: Terminator): string {
  switch (terminator.kind) {
    case 'jump':
      return `jump ${printLabel(terminator.target)}`
    case 'branch':
      return `branch ${printOperand(terminator.condition)}, ${printLabel(terminator.then)}, ${printLabel(terminator.otherwise)}`
    case 'return':
      return `return ${printOperand(terminator.value)}`
  }
}
