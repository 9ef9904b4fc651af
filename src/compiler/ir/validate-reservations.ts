/**
 * Ring-buffer reservations: what is reserved is submitted or discarded exactly once on every way to the end, as the
 * verifier demands.
 */

import type { Complain } from './complain.ts'
import { predecessorsByBlock, reversePostorder, terminatorOf } from './control-flow.ts'
import type { Block, Instruction, IrFunction, Operand } from './ir.ts'
import { nullCheckOf } from './validate-pointers.ts'

/** Reservations that may be open. */
type Open = ReadonlySet<Operand>

/** Checks all reservations. */
export function checkReservations(fn: IrFunction, complain: Complain): void {
  const order = reversePostorder(fn)
  if (!order.some((block) => block.instructions.some(isReservation))) return
  const predecessors = predecessorsByBlock(fn)
  const atEnd = new Map<Block, Open>()
  for (let changed = true; changed; ) {
    changed = false
    for (const block of order) {
      const into = new Set((predecessors.get(block) ?? []).flatMap((from) => [...openOnEdge(atEnd, from, block)]))
      const after = throughBlock(block, into, complain)
      if (atEnd.get(block)?.size === after.size) continue
      atEnd.set(block, after)
      changed = true
    }
  }
  for (const block of order) {
    const terminator = terminatorOf(block)
    if (terminator.kind === 'return' && (atEnd.get(block)?.size ?? 0) > 0)
      complain(terminator, 'a reservation is neither submitted nor discarded')
  }
}

const isReservation = (instruction: Instruction): boolean => instruction.kind === 'call' && instruction.helper === 'ringbuf_reserve'

function openOnEdge(atEnd: ReadonlyMap<Block, Open>, from: Block, to: Block): Open {
  const open = atEnd.get(from) ?? new Set()
  const check = nullCheckOf(from)
  return check?.whenNull === to ? new Set([...open].filter((pointer) => pointer !== check.pointer)) : open
}

function throughBlock(block: Block, into: Open, complain: Complain): Open {
  const open = new Set(into)
  for (const instruction of block.instructions) {
    if (isReservation(instruction)) open.add(instruction)
    if (instruction.kind !== 'call' || (instruction.helper !== 'ringbuf_submit' && instruction.helper !== 'ringbuf_discard')) continue
    const closed = reservationsBehind(instruction.arguments[0] as Operand)
    if (!closed.some((reservation) => open.delete(reservation))) complain(instruction, 'there is no open reservation')
  }
  return open
}

function reservationsBehind(pointer: Operand, seen = new Set<Operand>()): Operand[] {
  if (seen.has(pointer)) return []
  seen.add(pointer)
  return pointer.kind === 'phi' ? pointer.incoming.flatMap(({ value }) => reservationsBehind(value, seen)) : [pointer]
}
