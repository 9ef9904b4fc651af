/**
 * Reads memory of the traced program and the kernel. What cannot be read is 0, or the empty string. @kernel 5.5
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { type PointerSpace, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { isScalar, loadInteger } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { integerValue, type Place, type Value } from './value.ts'

/** Addresses of the kernel have the top bit set (arm64 and x86-64 alike). */
const KERNEL_BIT = 63

/** The value of `type` at an address: integers at once, larger values when they are wanted. */
export function readAt(lowering: Lowering, address: Operand, of: { readonly type: Type; readonly space: PointerSpace }): Value {
  const size = sizeOf(of.type)
  const read = (place: Place) => readBytes(lowering, address, { place, size, space: of.space })
  if (!isScalar(of.type)) return { kind: 'deferred', write: read }
  const slot = lowering.builder.stackSlot('read', 8)
  read({ pointer: slot, offset: 0 })
  return integerValue(loadInteger(lowering, of.type, { pointer: slot, offset: 0 }))
}

/**
 * The value of `expression`, to be stored as type `to`: what a pointer points to is read straight to where it goes when it
 * has the same size there, so that a counter is copied by one helper call.
 */
export function lowerToStore(lowering: Lowering, expression: Expression, to: Type): Value {
  const from = lowering.typeOf(expression)
  if (expression.kind !== 'unary' || expression.operator !== '*' || !sameBytes(from, to)) return lowering.lower(expression)
  const pointer = lowering.typeOf(expression.operand)
  const space = pointer.kind === 'pointer' ? pointer.space : lowering.unit.context.space
  const address = lowering.integer(expression.operand)
  return { kind: 'deferred', write: (place) => readBytes(lowering, address, { place, size: sizeOf(to), space }) }
}

function sameBytes(from: Type, to: Type): boolean {
  return isScalar(from) && isScalar(to) && to.kind !== 'bool' && sizeOf(from) === sizeOf(to)
}

/** Reads `size` bytes from an address to a place. The helper zeroes the place when it fails. */
export function readBytes(
  lowering: Lowering,
  address: Operand,
  to: { readonly place: Place; readonly size: number; readonly space: PointerSpace },
): void {
  const { builder } = lowering
  const target = builder.at(to.place.pointer, to.place.offset)
  bySpace(lowering, address, to.space, (space) => {
    builder.call(space === 'user' ? 'probe_read_user' : 'probe_read_kernel', [target, builder.i64(to.size), address])
  })
}

/** Text up to its NUL at an address, in a buffer of `size` bytes, of which `length` (when given) bounds the characters. */
export function readString(
  lowering: Lowering,
  from: { readonly address: Expression; readonly size: number; readonly length: Expression | undefined },
): Value {
  const { builder } = lowering
  const type = lowering.typeOf(from.address)
  const space = type.kind === 'pointer' ? type.space : lowering.unit.context.space
  const address = lowering.integer(from.address)
  const limit = stringLimit(lowering, from.size, from.length)
  return {
    kind: 'deferred',
    write: (place) => {
      // The helper writes no further than the NUL; what is behind it would be what was there before.
      builder.zero(place.pointer, from.size, place.offset)
      const target = builder.at(place.pointer, place.offset)
      bySpace(lowering, address, space, (one) => {
        builder.call(one === 'user' ? 'probe_read_user_str' : 'probe_read_kernel_str', [target, limit, address])
      })
    },
  }
}

/** Bytes that the helper may write: the buffer, or `length + 1` when that is less. */
function stringLimit(lowering: Lowering, size: number, length: Expression | undefined): Operand {
  const { builder } = lowering
  if (length === undefined || typeof lowering.constantOf(length) === 'bigint') return builder.i64(size)
  const slot = builder.stackSlot('limit', 8)
  const wanted = builder.binary('add', lowering.integer(length), builder.i64(1))
  builder.store(slot, builder.i64(size))
  builder.when(builder.compare('ult', wanted, builder.i64(size)), () => builder.store(slot, wanted))
  return builder.load('i64', slot)
}


/** Reads by the helper of one space, or finds out at run time which one the address is of. */
function bySpace({ builder }: Lowering, address: Operand, space: PointerSpace, read: (space: 'kernel' | 'user') => void): void {
  if (space !== 'none') return read(space)
  const top = builder.binary('lshr', address, builder.i64(KERNEL_BIT))
  builder.when(
    builder.compare('ne', top, builder.i64(0)),
    () => read('kernel'),
    () => read('user'),
  )
}
