/**
 * What the ids and labels of one printed function stand for. Both may be used before they are defined, so a value that is
 * still unknown is stood in for, and replaced when all lines have been read.
 */
import type { Block, Instruction, IrFunction, Operand, Parameter, Terminator } from '../ir.ts'
import { mapOperands } from '../operands.ts'
import type { FunctionNames } from './function-names.ts'
import { malformed, type Place } from './tokens.ts'

/** The names of one function. */
export class Scope {
  readonly #functions: FunctionNames
  readonly #values = new Map<number, Operand>()
  readonly #blocks = new Map<string, Block>()
  readonly #defined = new Set<Block>()
  readonly #standIns = new Map<Operand, Place>()
  readonly #mentions = new Map<Block, Place>()

  constructor(functions: FunctionNames) {
    this.#functions = functions
  }

  /** A function of the program. */
  function(name: string, place: Place): IrFunction {
    return this.#functions.function(name, place)
  }
  /** The value with this id, or something that `resolve` will replace by it. */
  operand(id: number, place: Place): Operand {
    const known = this.#values.get(id)
    if (known !== undefined) return known
    const standIn: Parameter = { kind: 'parameter', id, index: -1, type: 'void' }
    this.#standIns.set(standIn, place)
    return standIn
  }
  define(value: Parameter | Instruction, place: Place): void {
    if (this.#values.has(value.id)) throw malformed(place, `%${value.id} is defined twice`)
    this.#values.set(value.id, value)
  }

  /** The block with this label; an empty one until `defineBlock` has been asked for it. */
  block(label: string, place: Place): Block {
    const known = this.#blocks.get(label)
    if (known !== undefined) return known
    const [, name, id] = /^(.+)\.(\d+)$/.exec(label) ?? []
    if (name === undefined) throw malformed(place, `a block such as entry.1 expected, ${label} found`)
    const block: Block = { id: Number(id), name, instructions: [], terminator: undefined }
    this.#blocks.set(label, block)
    this.#mentions.set(block, place)
    return block
  }
  defineBlock(label: string, place: Place): Block {
    const block = this.block(label, place)
    if (this.#defined.has(block)) throw malformed(place, `block ${label} is defined twice`)
    this.#defined.add(block)
    return block
  }

  /** Puts what was defined later into the lines that mention it. Throws `FormatError` when something never was. */
  resolve(lines: readonly (Instruction | Terminator)[]): void {
    for (const [block, place] of this.#mentions)
      if (!this.#defined.has(block)) throw malformed(place, `block ${block.name}.${block.id} is not defined`)
    for (const line of lines) mapOperands(line, (operand) => this.#resolved(operand))
  }
  #resolved(operand: Operand): Operand {
    const place = this.#standIns.get(operand)
    if (place === undefined || operand.kind === 'constant') return operand
    const value = this.#values.get(operand.id)
    if (value === undefined) throw malformed(place, `%${operand.id} is not defined`)
    return value
  }
}
