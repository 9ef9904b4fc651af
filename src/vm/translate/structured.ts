/**
 * Control flow as WebAssembly wants it: nested. Code is placed along the tree of dominators, so that a jump forward to where ways meet
 * leaves a `block`, and a jump back goes to a `loop`. After Ramsey, "Beyond Relooper" (ICFP 2022). For functions whose jumps back
 * all go to a block that dominates them, which is what compilers make; `dispatched.ts` takes the others.
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { type Block, dominates } from '../program/control-flow.ts'
import { WASM } from '../wasm/opcodes.ts'
import { emitBlock } from './block.ts'
import { emitCondition } from './compare.ts'
import { emitBudget, emitLeave } from './frame.ts'
import type { Translation } from './translation.ts'

/** More blocks would nest deeper than is good for the recursion here and in the host. */
const MOST_BLOCKS = 1000

/** True when `emitStructured` can translate the function. */
export function isStructured(blocks: readonly Block[]): boolean {
  if (blocks.length > MOST_BLOCKS) return false
  return blocks.every((block, number) => block.successors.every((to) => to > number || dominates(blocks, to, number)))
}

/** What a construct around the current place is for: the target of `br` by its depth. */
type Label = { readonly kind: 'loop' | 'before'; readonly block: number } | { readonly kind: 'if' }

/** Emits all blocks, from the entry on. */
export function emitStructured(translation: Translation, blocks: readonly Block[]): void {
  const merges = new Set<number>()
  const loops = new Set<number>()
  for (const [number, { predecessors }] of blocks.entries()) {
    if (predecessors.filter((from) => from < number).length > 1) merges.add(number)
    if (predecessors.some((from) => from >= number)) loops.add(number)
  }
  const dominated: number[][] = blocks.map(() => [])
  for (const [number, { dominator }] of blocks.entries()) if (number !== 0 && merges.has(number)) dominated[dominator]?.push(number)
  new Structure(translation, { blocks, merges, loops, dominated }).tree(0)
}

interface Graph {
  readonly blocks: readonly Block[]
  /** Blocks that are jumped to forward from more than one place. */
  readonly merges: ReadonlySet<number>
  /** Blocks that are jumped back to. */
  readonly loops: ReadonlySet<number>
  /** The merges that each block dominates directly, in order. */
  readonly dominated: readonly (readonly number[])[]
}

class Structure {
  readonly #translation: Translation
  readonly #graph: Graph
  readonly #labels: Label[] = []

  constructor(translation: Translation, graph: Graph) {
    this.#translation = translation
    this.#graph = graph
  }

  /** A block and everything that it dominates. */
  tree(number: number): void {
    const { code } = this.#translation
    const isLoop = this.#graph.loops.has(number)
    if (isLoop) {
      code.open(WASM.loop)
      this.#labels.push({ kind: 'loop', block: number })
      emitBudget(this.#translation, (this.#graph.blocks[number] as Block).start)
    }
    this.#within(number, (this.#graph.dominated[number] ?? []).length)
    if (isLoop) this.#close()
  }

  /** The block, inside of one `block` for each of the first `count` merges that it dominates; the last is the outermost. */
  #within(number: number, count: number): void {
    const merge = this.#graph.dominated[number]?.[count - 1]
    if (merge === undefined) {
      this.#block(number)
      return
    }
    this.#translation.code.open(WASM.block)
    this.#labels.push({ kind: 'before', block: merge })
    this.#within(number, count - 1)
    this.#close()
    this.tree(merge)
  }

  #close(): void {
    this.#translation.code.op(WASM.end)
    this.#labels.pop()
  }

  #block(number: number): void {
    const block = this.#graph.blocks[number] as Block
    emitBlock(this.#translation, block)
    const [target, behind] = block.successors
    if (target === undefined) {
      emitLeave(this.#translation)
      return
    }
    if (behind === undefined) {
      this.#go(number, target)
      return
    }
    emitCondition(this.#translation, this.#translation.image.input.instructions[block.end - 1] as Instruction)
    const depth = this.#depthOf(number, target)
    if (depth !== undefined) this.#translation.code.branch(WASM.br_if, depth)
    else {
      this.#translation.code.open(WASM.if)
      this.#labels.push({ kind: 'if' })
      this.tree(target)
      this.#close()
    }
    this.#go(number, behind)
  }

  #go(from: number, to: number): void {
    const depth = this.#depthOf(from, to)
    if (depth === undefined) this.tree(to)
    else this.#translation.code.branch(WASM.br, depth)
  }

  /** How far out the construct is that stands for `to`; undefined when its code is to be placed here. */
  #depthOf(from: number, to: number): number | undefined {
    const kind = to <= from ? 'loop' : this.#graph.merges.has(to) ? 'before' : undefined
    if (kind === undefined) return undefined
    return this.#labels.length - 1 - this.#labels.findLastIndex((label) => label.kind === kind && label.block === to)
  }
}
