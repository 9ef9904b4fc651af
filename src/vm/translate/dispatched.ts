/**
 * Any control flow at all: a loop around a table of blocks, with the number of the next one in a local. Slower than nested code, and
 * only used where there is no nesting.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import type { Block } from '../program/control-flow.ts'
import { WASM } from '../wasm/opcodes.ts'
import { emitBlock } from './block.ts'
import { emitCondition } from './compare.ts'
import { emitBudget, emitLeave } from './frame.ts'
import { LOCAL, type Translation } from './translation.ts'

/** Emits all blocks, from the entry on. */
export function emitDispatched(translation: Translation, blocks: readonly Block[]): void {
  const { code, fn } = translation
  code.open(WASM.loop)
  emitBudget(translation, fn.start)
  for (const _ of blocks) code.open(WASM.block)
  code
    .get(LOCAL.next)
    .byte(WASM.br_table)
    .unsigned(blocks.length - 1)
  for (const number of blocks.keys()) code.unsigned(number)
  for (const [number, block] of blocks.entries()) {
    code.op(WASM.end)
    emitBlock(translation, block)
    emitNext(translation, block, blocks.length - 1 - number)
  }
  code.op(WASM.end)
}

/** `depth`: how far out the loop is. */
function emitNext(translation: Translation, block: Block, depth: number): void {
  const { code, image } = translation
  const [target, behind] = block.successors
  if (target === undefined) {
    emitLeave(translation)
    return
  }
  code.i32(target)
  if (behind !== undefined) {
    code.i32(behind)
    emitCondition(translation, image.input.instructions[block.end - 1] as Instruction)
    code.op(WASM.select)
  }
  code.set(LOCAL.next).branch(WASM.br, depth)
}
