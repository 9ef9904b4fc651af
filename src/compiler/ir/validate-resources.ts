/**
 * What is opened is closed exactly once on every way to the end, as the verifier demands: ring-buffer reservations (submitted
 * or discarded) and iterators (destroyed). A forward analysis of what may be open.
 */
import type { Complain } from './complain.ts'
import { predecessorsByBlock, reversePostorder, terminatorOf } from './control-flow.ts'
import type { Block, Instruction, IrFunction, Operand } from './ir.ts'
import { nullCheckOf } from './validate-pointers.ts'

/** One kind of thing that is opened and closed. What stands for it is an operand: a reservation itself, an iterator's memory. */
interface Resource {
  readonly opened: (instruction: Instruction) => Operand | undefined
  /** What is closed; one of several when a pointer comes together from several ways. */
  readonly closed: (instruction: Instruction) => readonly Operand[] | undefined
  readonly used: (instruction: Instruction) => Operand | undefined
  readonly missing: string
  readonly leaked: string
}

const isHelper = (instruction: Instruction, ...helpers: readonly string[]): boolean =>
  instruction.kind === 'call' && helpers.includes(instruction.helper)
const kfuncArgument = (instruction: Instruction, kfunc: string): Operand | undefined =>
  instruction.kind === 'call_kfunc' && instruction.kfunc === kfunc ? instruction.arguments[0] : undefined

const RESERVATION: Resource = {
  opened: (instruction) => (isHelper(instruction, 'ringbuf_reserve') ? instruction : undefined),
  closed: (instruction) =>
    instruction.kind === 'call' && isHelper(instruction, 'ringbuf_submit', 'ringbuf_discard')
      ? sourcesOf(instruction.arguments[0] as Operand)
      : undefined,
  used: () => undefined,
  missing: 'there is no open reservation',
  leaked: 'a reservation is neither submitted nor discarded',
}

const ITERATOR: Resource = {
  opened: (instruction) => kfuncArgument(instruction, 'bpf_iter_num_new'),
  closed: (instruction) => {
    const iterator = kfuncArgument(instruction, 'bpf_iter_num_destroy')
    return iterator === undefined ? undefined : [iterator]
  },
  used: (instruction) => kfuncArgument(instruction, 'bpf_iter_num_next'),
  missing: 'there is no open iterator',
  leaked: 'an iterator is not destroyed',
}

/** Checks everything that is opened and closed. */
export function checkResources(fn: IrFunction, complain: Complain): void {
  const order = reversePostorder(fn)
  for (const resource of [RESERVATION, ITERATOR]) {
    if (order.some((block) => block.instructions.some((instruction) => mentions(resource, instruction)))) check(fn, resource, complain)
  }
}

function mentions({ opened, closed, used }: Resource, instruction: Instruction): boolean {
  return [opened, closed, used].some((role) => role(instruction) !== undefined)
}

/** What may be open. */
type Open = ReadonlySet<Operand>

function check(fn: IrFunction, resource: Resource, complain: Complain): void {
  const order = reversePostorder(fn)
  const predecessors = predecessorsByBlock(fn)
  const atEnd = new Map<Block, Open>()
  for (let changed = true; changed; ) {
    changed = false
    for (const block of order) {
      const into = new Set((predecessors.get(block) ?? []).flatMap((from) => [...openOnEdge(atEnd, from, block)]))
      const after = throughBlock(block, into, resource)
      if (atEnd.get(block)?.size === after.open.size) continue
      atEnd.set(block, after.open)
      changed = true
    }
  }
  for (const block of order) {
    const into = new Set((predecessors.get(block) ?? []).flatMap((from) => [...openOnEdge(atEnd, from, block)]))
    const { open, wrong } = throughBlock(block, into, resource)
    if (wrong !== undefined) complain(wrong, resource.missing)
    const terminator = terminatorOf(block)
    if (terminator.kind === 'return' && open.size > 0) complain(terminator, resource.leaked)
  }
}

/** Where a reservation is known to be null there is none. */
function openOnEdge(atEnd: ReadonlyMap<Block, Open>, from: Block, to: Block): Open {
  const open = atEnd.get(from) ?? new Set()
  const check = nullCheckOf(from)
  return check?.whenNull === to ? new Set([...open].filter((pointer) => pointer !== check.pointer)) : open
}

/** What is open behind a block, and its first instruction that needs something open which is not. */
function throughBlock(block: Block, into: Open, { opened, closed, used }: Resource): { readonly open: Open; readonly wrong?: Instruction } {
  const open = new Set(into)
  let wrong: Instruction | undefined
  for (const instruction of block.instructions) {
    const one = opened(instruction)
    if (one !== undefined) open.add(one)
    const user = used(instruction)
    const closes = closed(instruction)
    const fits = (user === undefined || open.has(user)) && (closes === undefined || closes.some((resource) => open.delete(resource)))
    if (!fits) wrong ??= instruction
  }
  return wrong === undefined ? { open } : { open, wrong }
}

/** Where a pointer comes from, through phis. */
function sourcesOf(pointer: Operand, seen = new Set<Operand>()): Operand[] {
  if (seen.has(pointer)) return []
  seen.add(pointer)
  return pointer.kind === 'phi' ? pointer.incoming.flatMap(({ value }) => sourcesOf(value, seen)) : [pointer]
}
