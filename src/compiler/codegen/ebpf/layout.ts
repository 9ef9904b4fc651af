/**
 * The order of blocks in the finished program. Empty blocks are jumped over, equal blocks are made one, and what is seldom
 * reached goes to the end, so that the usual way falls through.
 */
import { type MachineBlock, type MachineFunction, type MachineInstruction, successorsOf } from './machine.ts'

/** Simplifies the graph and answers its reachable blocks in the order in which to emit them. */
export function layOutBlocks(machine: MachineFunction): MachineBlock[] {
  for (const block of machine.blocks) redirect(block, behindEmpty)
  mergeEqualBlocks(machine)
  const order = reversePostorder(machine.blocks[0] as MachineBlock)
  return [...order.filter((block, index) => index === 0 || !block.cold), ...order.filter((block, index) => index !== 0 && block.cold)]
}

function redirect(block: MachineBlock, map: (target: MachineBlock) => MachineBlock): void {
  const { end } = block
  if (end.kind === 'jump') end.target = map(end.target)
  if (end.kind !== 'branch') return
  end.taken = map(end.taken)
  end.next = map(end.next)
  if (end.taken === end.next) block.end = { kind: 'jump', target: end.next, span: end.test.span }
}

function behindEmpty(block: MachineBlock): MachineBlock {
  const seen = new Set<MachineBlock>()
  let at = block
  while (at.instructions.length === 0 && at.end.kind === 'jump' && !seen.has(at)) {
    seen.add(at)
    at = at.end.target
  }
  return at
}

/** Rounds of merging: blocks that lead to merged ones may be equal then. */
const MERGE_ROUNDS = 3

/** Makes one block of blocks that do the same and go on alike. */
function mergeEqualBlocks(machine: MachineFunction): void {
  const [entry] = machine.blocks
  const numbers = new Map<object, number>()
  for (let round = 0; round < MERGE_ROUNDS; round++) {
    const firsts = new Map<string, MachineBlock>()
    const merged = new Map<MachineBlock, MachineBlock>()
    const shapes = new Map<string, number>()
    for (const block of machine.blocks) shapes.set(shapeOf(block), (shapes.get(shapeOf(block)) ?? 0) + 1)
    // Blocks of the usual way first: the seldom ones may jump to them.
    for (const block of [...machine.blocks].sort((a, b) => Number(a.cold) - Number(b.cold))) {
      if (block === entry || shapes.get(shapeOf(block)) === 1) continue
      const key = [...block.instructions.map((one) => textOf(one, numbers)), endTextOf(block, numbers)].join(';')
      const first = firsts.get(key)
      if (first === undefined) firsts.set(key, block)
      else merged.set(block, first)
    }
    if (merged.size === 0) return
    for (const block of machine.blocks) redirect(block, (target) => merged.get(target) ?? target)
    machine.blocks = machine.blocks.filter((block) => !merged.has(block))
  }
}

/** The same for equal blocks, and sooner told than whether they are. */
function shapeOf({ instructions, end }: MachineBlock): string {
  return `${end.kind} ${instructions.length} ${instructions[0]?.imm} ${instructions.at(-1)?.imm}`
}

function numberOf(numbers: Map<object, number>, object: object | undefined): number {
  if (object === undefined) return -1
  const number = numbers.get(object) ?? numbers.size
  numbers.set(object, number)
  return number
}

/** Equal for instructions that do the same, wherever they come from. */
function textOf({ span: _, imm, reference, ...others }: MachineInstruction, numbers: Map<object, number>): string {
  const parts = Object.values(others)
    .filter((part) => part !== undefined)
    .map((part) => (typeof part === 'object' ? `#${numberOf(numbers, part)}` : part))
  return `${imm} ${reference === undefined ? '' : JSON.stringify(reference)} ${parts.join(' ')}`
}

function endTextOf({ end }: MachineBlock, numbers: Map<object, number>): string {
  switch (end.kind) {
    case 'exit':
      return 'exit'
    case 'jump':
      return `jump ${numberOf(numbers, end.target)}`
    case 'branch':
      return `${textOf(end.test, numbers)} ${numberOf(numbers, end.taken)} ${numberOf(numbers, end.next)}`
  }
}

/** Each block before what it leads to, and the taken side of a branch right behind it where possible. */
function reversePostorder(entry: MachineBlock): MachineBlock[] {
  const order: MachineBlock[] = []
  const seen = new Set([entry])
  const stack = [{ block: entry, rest: successorsOf(entry).toReversed() }]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.rest.shift()
    if (next === undefined) {
      order.push(top.block)
      stack.pop()
    } else if (!seen.has(next)) {
      seen.add(next)
      stack.push({ block: next, rest: successorsOf(next).toReversed() })
    }
  }
  return order.reverse()
}
