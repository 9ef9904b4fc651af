/**
 * A function as text, one instruction a line: `%7: i64 = add %3, i64 1`. A constant is written with its type (`i64 5`), a
 * place as `[pointer + offset]`, a block as `name.id`. `text/forms.ts` has the form of each kind; `parse.ts` reads it back.
 */
import type { Block, Instruction, IrFunction, Terminator } from './ir.ts'
import { functionsOf } from './program-functions.ts'
import type { Form } from './text/form.ts'
import { FORMS, type Line } from './text/forms.ts'
import { printLabel } from './text/parts.ts'

/** What stands for a terminator that is still missing. */
const NO_TERMINATOR = '(no terminator)'

/** Prints the functions of a program, the main one first. Throws `InternalError` for recursion. */
export function printProgram(main: IrFunction): string {
  return functionsOf(main).reverse().map(printFunction).join('\n')
}

/** Prints a function, blocks in order, without a trailing newline. */
export function printFunction(fn: IrFunction): string {
  const parameters = fn.parameters.map((parameter) => `%${parameter.id}: ${parameter.type}`).join(', ')
  return [`function ${fn.name}(${parameters}) {`, ...fn.blocks.map(printBlock), '}'].join('\n')
}

function printBlock(block: Block): string {
  const lines = block.instructions.map((instruction) => `  ${printInstruction(instruction)}`)
  const end = block.terminator === undefined ? NO_TERMINATOR : printTerminator(block.terminator)
  return [`${printLabel(block)}:`, ...lines, `  ${end}`].join('\n')
}

/** Prints one instruction, without indentation. */
export function printInstruction(instruction: Instruction): string {
  const text = printForm(instruction)
  return instruction.type === 'void' ? text : `%${instruction.id}: ${instruction.type} = ${text}`
}

/** Prints a terminator, without indentation. */
export function printTerminator(terminator: Terminator): string {
  return printForm(terminator)
}

function printForm(line: Line): string {
  return (FORMS[line.kind] as Form<Line>).print(line)
}
