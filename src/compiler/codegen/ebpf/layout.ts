/**
 * The order of blocks in the finished program. Empty blocks are jumped over, equal endings are shared, and what is seldom
 * reached goes to the end, so that the usual way falls through.
 */
import { type MachineBlock, type MachineFunction, type MachineInstruction, successorsOf } from './machine.ts'

/** Endings of at most this many instructions are looked at for sharing. */
const SHARED_ENDING = 2

/** Simplifies the graph and answers its reachable blocks in the order in which to emit them. */
export function layOutBlocks(machine: MachineFunction): MachineBlock[] {
  const representative = sharedEndings(machine)
  for (const block of machine.blocks) redirect(block, (target) => behindEmpty(representative(target)))
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

/** Maps blocks that end the program in the same way to one of them. */
function sharedEndings(machine: MachineFunction): (block: MachineBlock) => MachineBlock {
  const firsts = new Map<string, MachineBlock>()
  const shared = new Map<MachineBlock, MachineBlock>()
  for (const block of machine.blocks) {
    if (block.end.kind !== 'exit' || block.instructions.length > SHARED_ENDING || block === machine.blocks[0]) continue
    if (block.instructions.some(isUnique)) continue
    const key = block.instructions.map(textOf).join(';')
    const known = firsts.get(key)
    // A block of the usual way is preferred: the seldom ones may jump to it.
    if (known === undefined || (known.cold && !block.cold)) firsts.set(key, block)
  }
  for (const block of machine.blocks) {
    if (block.end.kind !== 'exit') continue
    const known = firsts.get(block.instructions.map(textOf).join(';'))
    if (known !== undefined) shared.set(block, known)
  }
  return (block) => shared.get(behindEmpty(block)) ?? block
}

/** True when the fields of an instruction do not say all about it. */
const isUnique = ({ frame, reference, callee, kfunc, relocation }: MachineInstruction): boolean =>
  [frame, reference, callee, kfunc, relocation].some((part) => part !== undefined)

const textOf = (instruction: MachineInstruction): string => {
  const { opcode, dst, src, offset, imm } = instruction
  return isUnique(instruction) ? 'unique' : `${opcode} ${dst} ${src} ${offset} ${imm}`
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
