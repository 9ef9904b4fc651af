/**
 * How a stack slot is used: the accesses at known places in it, and whether its address goes anywhere else.
 */

import type { Instruction, IntegerType, Operand, StackSlot, Terminator } from '../ir/ir.ts'
import { signedValue } from '../ir/ir.ts'
import { bytesOf } from '../ir/types.ts'

/** One access to a slot; `offset` in bytes from its start. */
export type SlotAccess =
  | {
      readonly kind: 'load'
      readonly node: Extract<Instruction, { kind: 'load' }>
      readonly offset: number
      readonly size: number
      readonly type: IntegerType
    }
  | {
      readonly kind: 'store'
      readonly node: Extract<Instruction, { kind: 'store' }>
      readonly offset: number
      readonly size: number
      readonly type: IntegerType
    }
  | { readonly kind: 'zero'; readonly node: Extract<Instruction, { kind: 'zero' }>; readonly offset: number; readonly size: number }
  | { readonly kind: 'copy-in'; readonly node: Extract<Instruction, { kind: 'copy' }>; readonly offset: number; readonly size: number }
  | { readonly kind: 'copy-out'; readonly node: Extract<Instruction, { kind: 'copy' }>; readonly offset: number; readonly size: number }

/** All there is to know of one slot. */
export interface SlotUsage {
  readonly accesses: readonly SlotAccess[]
  /** True when something else than the accesses gets the address, or an access is at a place not known now. */
  readonly escapes: boolean
}

/** Finds the accesses to a slot, through constant offsets. */
export function slotUsage(slot: StackSlot, uses: ReadonlyMap<Operand, readonly (Instruction | Terminator)[]>): SlotUsage {
  const accesses: SlotAccess[] = []
  let escapes = false
  const visit = (pointer: Operand, base: number) => {
    for (const user of new Set(uses.get(pointer))) {
      if (user.kind === 'offset_pointer' && user.pointer === pointer && user.offset.kind === 'constant')
        visit(user, base + Number(signedValue(user.offset)))
      else if (!addAccess(accesses, { user, pointer, base })) escapes = true
    }
  }
  visit(slot, 0)
  return { accesses, escapes }
}

function addAccess(
  accesses: SlotAccess[],
  at: { readonly user: Instruction | Terminator; readonly pointer: Operand; readonly base: number },
): boolean {
  const { user: node, pointer, base } = at
  switch (node.kind) {
    case 'load':
      accesses.push({ kind: 'load', node, offset: base + node.offset, size: bytesOf(node.type), type: node.type as IntegerType })
      return true
    case 'store':
      if (node.value === pointer) return false
      accesses.push({
        kind: 'store',
        node,
        offset: base + node.offset,
        size: bytesOf(node.value.type),
        type: node.value.type as IntegerType,
      })
      return true
    case 'zero':
      accesses.push({ kind: 'zero', node, offset: base + node.offset, size: node.size })
      return true
    case 'copy':
      if (node.target === pointer) accesses.push({ kind: 'copy-in', node, offset: base + node.targetOffset, size: node.size })
      if (node.source === pointer) accesses.push({ kind: 'copy-out', node, offset: base + node.sourceOffset, size: node.size })
      return true
    default:
      return false
  }
}
