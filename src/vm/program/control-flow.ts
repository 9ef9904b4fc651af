/**
 * The basic blocks of one function, in reverse postorder, with dominators: what structured code is made from. What cannot be
 * reached is left out. Dominators after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm".
 */
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, classOf, JMP, operationOf } from '../../format/asm/opcodes.ts'
import { faultAt, type Image, type ImageFunction, indexAt } from './image.ts'

/** Instructions `[start, end)` by index, with how control leaves them. Successors are numbers of blocks in reverse postorder. */
export interface Block {
  readonly start: number
  readonly end: number
  /** None after `exit`; the target first, then the block behind, after a jump that compares. */
  readonly successors: readonly number[]
  /** In order of their numbers. */
  readonly predecessors: readonly number[]
  /** The number of the block that all ways here pass last; block 0 is its own. */
  readonly dominator: number
}

/** True for an instruction behind which control may be elsewhere. */
export function endsBlock({ opcode }: Instruction): boolean {
  const kind = classOf(opcode)
  return (kind === CLASS.jmp || kind === CLASS.jmp32) && operationOf(opcode) !== JMP.call
}

/** The blocks of a function, the entry first. Throws `VmFault` for a jump out of it and for falling off its end. */
export function findBlocks(image: Image, fn: ImageFunction): readonly Block[] {
  const { instructions } = image.input
  const leaders = new Set([fn.start])
  for (let index = fn.start; index < fn.end; index++) {
    const instruction = instructions[index] as Instruction
    if (!endsBlock(instruction)) continue
    if (operationOf(instruction.opcode) !== JMP.exit) leaders.add(targetOf(image, fn, index))
    leaders.add(index + 1)
  }
  const starts = [...leaders].filter((start) => start < fn.end).sort((a, b) => a - b)
  const numberOf = new Map(starts.map((start, i) => [start, i]))
  const raw = starts.map((start, i) => {
    const end = starts[i + 1] ?? fn.end
    return { start, end, successors: () => leave(image, fn, end).map((to) => numberOf.get(to) as number) }
  })
  return order(raw)
}

function targetOf(image: Image, fn: ImageFunction, index: number): number {
  const { opcode, offset, imm } = image.input.instructions[index] as Instruction
  const target = indexAt(image, index, opcode === (CLASS.jmp32 | JMP.ja) ? Number(imm) : offset)
  if (target < fn.start || target >= fn.end)
    throw faultAt(image, index, { kind: 'malformed program', detail: `it jumps out of function ${fn.name}` })
  return target
}

/** Where control goes from the instruction before `end`. */
function leave(image: Image, fn: ImageFunction, end: number): readonly number[] {
  const last = image.input.instructions[end - 1] as Instruction
  if (endsBlock(last)) {
    if (operationOf(last.opcode) === JMP.exit) return []
    const target = targetOf(image, fn, end - 1)
    if (operationOf(last.opcode) === JMP.ja || target === end) return [target]
    return [target, ...behind(image, fn, end)]
  }
  return behind(image, fn, end)
}

function behind(image: Image, fn: ImageFunction, end: number): readonly number[] {
  if (end >= fn.end)
    throw faultAt(image, end - 1, { kind: 'malformed program', detail: `control falls off the end of function ${fn.name}` })
  return [end]
}

interface RawBlock {
  readonly start: number
  readonly end: number
  readonly successors: () => readonly number[]
}

/** Numbers the blocks that can be reached in reverse postorder. Without recursion: a function may have thousands. */
function order(raw: readonly RawBlock[]): readonly Block[] {
  const successors = new Map<number, readonly number[]>()
  const postorder: number[] = []
  const open: { readonly block: number; next: number }[] = []
  const enter = (block: number) => {
    successors.set(block, (raw[block] as RawBlock).successors())
    open.push({ block, next: 0 })
  }
  enter(0)
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const to = successors.get(top.block)?.[top.next++]
    if (to === undefined) postorder.push((open.pop() as { block: number }).block)
    else if (!successors.has(to)) enter(to)
  }
  postorder.reverse()
  const numberOf = new Map(postorder.map((block, number) => [block, number]))
  const predecessors: number[][] = postorder.map(() => [])
  const renumbered = postorder.map((block, number) => {
    const to = (successors.get(block) ?? []).map((each) => numberOf.get(each) as number)
    for (const each of to) predecessors[each]?.push(number)
    return to
  })
  const dominators = findDominators(predecessors)
  return postorder.map((block, number) => ({
    start: (raw[block] as RawBlock).start,
    end: (raw[block] as RawBlock).end,
    successors: renumbered[number] ?? [],
    predecessors: predecessors[number] ?? [],
    dominator: dominators[number] ?? 0,
  }))
}

function findDominators(predecessors: readonly (readonly number[])[]): readonly number[] {
  const dominators: number[] = predecessors.map((_, block) => (block === 0 ? 0 : -1))
  for (let changed = true; changed; ) {
    changed = false
    for (let block = 1; block < predecessors.length; block++) {
      let common = -1
      for (const from of predecessors[block] ?? []) {
        if (dominators[from] === -1) continue
        common = common === -1 ? from : meet(dominators, common, from)
      }
      if (common === dominators[block]) continue
      dominators[block] = common
      changed = true
    }
  }
  return dominators
}

function meet(dominators: readonly number[], first: number, second: number): number {
  let [a, b] = [first, second]
  while (a !== b) {
    while (a > b) a = dominators[a] as number
    while (b > a) b = dominators[b] as number
  }
  return a
}

/** True when every way to block `inner` passes block `outer`. */
export function dominates(blocks: readonly Block[], outer: number, inner: number): boolean {
  let at = inner
  while (at > outer) at = (blocks[at] as Block).dominator
  return at === outer
}
