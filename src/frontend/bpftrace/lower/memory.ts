/**
 * Reads memory of the traced program and the kernel. What cannot be read is 0, or the empty string. @kernel 5.5
 */
import type { Span } from '../../../base/source-text.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { type PointerSpace, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { sayFailedRead } from './failed-read.ts'
import { isScalar, loadInteger, lowerMinimum } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { integerValue, type Place, type Value } from './value.ts'

/** Addresses of the kernel have the top bit set (arm64 and x86-64 alike). */
const KERNEL_BIT = 63

/**
 * The value of `type` at an address: integers at once, by way of the stack; larger values when they are wanted. Straight into
 * a map would be an instruction less and 80 ns more: kernels with hardened usercopy look up whose memory the target is,
 * and the stack is what they find fastest (measured: 153 ns a hit against 235).
 */
export function readAt(lowering: Lowering, address: Operand, of: { readonly type: Type; readonly space: PointerSpace }): Value {
  const size = sizeOf(of.type)
  const span = lowering.place
  const read = (place: Place) => readBytes(lowering, address, { place, bytes: lowering.builder.i64(size), space: of.space, span })
  if (!isScalar(of.type)) return early(lowering, { kind: 'deferred', write: read }, size)
  const slot = lowering.builder.stackSlot('read', 8)
  read({ pointer: slot, offset: 0 })
  return integerValue(loadInteger(lowering, of.type, { pointer: slot, offset: 0 }))
}

/** Reads `bytes` bytes (i64) from an address to a place. The helper zeroes the place when it fails. */
export function readBytes(
  lowering: Lowering,
  address: Operand,
  to: { readonly place: Place; readonly bytes: Operand; readonly space: PointerSpace; readonly span?: Span | undefined },
): void {
  const { builder } = lowering
  const { span = lowering.place } = to
  const target = builder.at(to.place.pointer, to.place.offset)
  bySpace(lowering, address, to.space, (space) => {
    const helper = space === 'user' ? 'probe_read_user' : 'probe_read_kernel'
    const answer = builder.call(helper, [target, to.bytes, address])
    sayFailedRead(lowering, { helper, answer, span })
  })
}

/**
 * Text at an address, up to its NUL or to `length` bytes with it, in a buffer of `size` bytes. A longer text fills the
 * buffer and leaves it without a NUL, which is how whoever shows it knows that it was cut.
 */
export function readString(lowering: Lowering, from: TextSource): Value {
  const { builder } = lowering
  const limit = stringLimit(lowering, from)
  const span = lowering.place
  const read = (place: Place) =>
    bySpace(lowering, from.address, from.space, (space) => {
      copyText(lowering, { address: from.address, space, place, size: from.size, span, ...limit })
    })
  // The helper writes no further than the NUL, and zeroes what it was asked for when it fails; asked for nothing, it writes nothing.
  const writesAlways = limit.bytes.kind === 'constant' && limit.bytes.value > 0n
  const value: Value = {
    kind: 'deferred',
    write: (place) => {
      builder.zero(place.pointer, from.size, place.offset)
      read(place)
    },
    writeText: (place) => {
      if (!writesAlways) builder.store(place.pointer, builder.constant('i8', 0), place.offset)
      read(place)
    },
  }
  return early(lowering, value, from.size)
}

/** Bytes that are read when they are wanted. */
export type DeferredValue = Extract<Value, { kind: 'deferred' }>

/** What is said of a read comes before what shows its value: nothing is read into a record that has its place in the ring already. */
export function early({ builder, config }: Lowering, value: DeferredValue, size: number): Value {
  if (!config.saysFailedReads) return value
  const place = { pointer: builder.stackSlot('read', Math.ceil(size / 8) * 8), offset: 0 }
  value.write(place)
  return { kind: 'memory', place }
}

/** Where a text is, the buffer that it goes to, and how much of it was asked for. */
interface TextSource {
  readonly address: Operand
  readonly space: PointerSpace
  readonly size: number
  /** Bytes that were asked for, the NUL among them, as the script has it. */
  readonly length: Expression | undefined
  /** The same, where the program itself says how long its text is (i64). */
  readonly knownLength?: Operand
}

interface TextCopy {
  readonly address: Operand
  readonly space: 'kernel' | 'user'
  readonly place: Place
  readonly size: number
  readonly span: Span | undefined
  /** Bytes to read at most, at most `size`. */
  readonly bytes: Operand
  /** True (i1) when the text may go on behind a full buffer. */
  readonly mayFill: Operand
}

/** The helper always ends with a NUL: when it used the whole buffer, the last character is read in its place. */
function copyText(lowering: Lowering, { address, space, place, size, span, bytes, mayFill }: TextCopy): void {
  const { builder } = lowering
  const [readText, readByte] =
    space === 'user' ? (['probe_read_user_str', 'probe_read_user'] as const) : (['probe_read_kernel_str', 'probe_read_kernel'] as const)
  const length = builder.call(readText, [builder.at(place.pointer, place.offset), bytes, address])
  sayFailedRead(lowering, { helper: readText, answer: length, span })
  const fillLast = () => {
    const last = builder.at(place.pointer, place.offset + size - 1)
    builder.call(readByte, [last, builder.i64(1), offsetAddress(builder, address, size - 1)])
  }
  if (mayFill.kind === 'constant' && mayFill.value === 0n) return
  builder.when(builder.compare('eq', length, builder.i64(size)), () => {
    if (mayFill.kind === 'constant') fillLast()
    else builder.when(mayFill, fillLast)
  })
}

/** A text that is read again is handed over as the pointer to it. */
function offsetAddress(builder: Lowering['builder'], address: Operand, offset: number): Operand {
  return address.type === 'i64' ? builder.binary('add', address, builder.i64(offset)) : builder.at(address, offset)
}

/** How many bytes to read, and whether more than the buffer was asked for. */
function stringLimit(
  lowering: Lowering,
  { size, length, knownLength }: Pick<TextSource, 'size' | 'length' | 'knownLength'>,
): Pick<TextCopy, 'bytes' | 'mayFill'> {
  const { builder } = lowering
  const constant = length === undefined ? BigInt(size + 1) : lowering.constantOf(length)
  if (knownLength === undefined && typeof constant === 'bigint') {
    const bytes = constant > BigInt(size) ? BigInt(size) : constant
    return { bytes: builder.i64(bytes), mayFill: builder.constant('i1', constant > BigInt(size) ? 1 : 0) }
  }
  const wanted = knownLength ?? lowering.integer(length as Expression)
  return { bytes: lowerMinimum(lowering, wanted, size), mayFill: builder.compare('ugt', wanted, builder.i64(size)) }
}

/** Reads by the helper of one space, or finds out at run time which one the address is of. */
function bySpace({ builder }: Lowering, address: Operand, space: PointerSpace, read: (space: 'kernel' | 'user') => void): void {
  if (space !== 'none') {
    read(space)
    return
  }
  const top = builder.binary('lshr', address, builder.i64(KERNEL_BIT))
  builder.when(
    builder.compare('ne', top, builder.i64(0)),
    () => read('kernel'),
    () => read('user'),
  )
}
