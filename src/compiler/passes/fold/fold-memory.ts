/**
 * Folding of addresses: constant offsets go into the accesses, and into each other.
 */
import { constant, type Operand, signedValue } from '../../ir/ir.ts'
import type { FoldRule, Kind } from './rule.ts'

/** Simplifies `pointer + offset`. */
export const foldOffsetPointer: FoldRule<Kind<'offset_pointer'>> = (instruction, make) => {
  const { pointer, offset } = instruction
  if (offset.kind !== 'constant') return undefined
  const by = signedValue(offset)
  if (by === 0n) return pointer
  if (pointer.kind === 'map_value' && BigInt(pointer.offset) + by >= 0n) return make({ ...pointer, offset: pointer.offset + Number(by) })
  if (pointer.kind === 'offset_pointer' && pointer.offset.kind === 'constant') {
    return make({ ...instruction, pointer: pointer.pointer, offset: constant('i64', signedValue(pointer.offset) + by) })
  }
  return undefined
}

/** Moves constant offsets from the pointers of an access into the access itself; true when there were any. */
export function foldAccess(access: Kind<'load' | 'store' | 'zero' | 'atomic' | 'copy'>): boolean {
  if (access.kind !== 'copy')
    return absorb(access.pointer, (base, by) => Object.assign(access, { pointer: base, offset: access.offset + by }))
  const target = absorb(access.target, (base, by) => Object.assign(access, { target: base, targetOffset: access.targetOffset + by }))
  const source = absorb(access.source, (base, by) => Object.assign(access, { source: base, sourceOffset: access.sourceOffset + by }))
  return target || source
}

function absorb(pointer: Operand, rebase: (base: Operand, by: number) => void): boolean {
  if (pointer.kind !== 'offset_pointer' || pointer.offset.kind !== 'constant') return false
  rebase(pointer.pointer, Number(signedValue(pointer.offset)))
  return true
}
