/**
 * Lowers the name of the type that an interface of Go holds: it is read from the type's descriptor, as Go's reflection reads it
 * (`internal/abi.Type` and `Name`, the same from Go 1.18 to 1.27). As `%T` shows it: `*main.Server`, and `<nil>` for none.
 */
import { InternalError } from '../../../base/errors.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { absoluteAddressOf } from '../../../compiler/lowering/slide.ts'
import type { GoTypeRange } from '../../../spec/type-source.ts'
import { INT64 } from '../../../spec/types/type.ts'
import type { Lowering } from './lowering.ts'
import { readAt, readString } from './memory.ts'
import { stringConstant } from './string-constant.ts'
import type { Place, Value } from './value.ts'

/** Offsets in a type's descriptor. */
const TYPE = { flags: 20, name: 40, end: 44 } as const
/** The name has a `*` in front that is not part of it. */
const EXTRA_STAR_BIT = 1
/** Of an itab: the type that it is of. */
const ITAB_TYPE = 8

/** What a name is read from: the first word of an interface, and where the program's types are. */
export interface DynamicType {
  readonly word: Operand
  readonly dynamic: 'type' | 'itab'
  readonly range: GoTypeRange
}

/** The name of a dynamic type, a string; `?` for a type that the program made while it ran. */
export function lowerTypeName(lowering: Lowering, { word, dynamic, range }: DynamicType): Value {
  const { builder, unit, config } = lowering
  const { uprobe } = unit.context
  if (uprobe === undefined) throw new InternalError('a type of a program outside of a uprobe')
  const type = dynamic === 'type' ? word : readWord(lowering, builder.binary('add', word, builder.i64(ITAB_TYPE)))
  const size = config.maxStringLength
  const constant = (text: string, { pointer, offset }: Place) => stringConstant(text).store(builder, pointer, offset)
  const write = (place: Place, read: (name: Value & { kind: 'deferred' }) => void) =>
    builder.when(
      builder.compare('eq', word, builder.i64(0)),
      () => constant('<nil>', place),
      () => {
        const start = absoluteAddressOf(builder, uprobe, range.start)
        const isKnown = builder.compare('ult', builder.binary('sub', type, start), builder.i64(range.end - range.start))
        builder.when(
          isKnown,
          () => read(nameOf(lowering, { type, start, size })),
          () => constant('?', place),
        )
      },
    )
  return {
    kind: 'deferred',
    write: (place) => {
      builder.zero(place.pointer, size, place.offset)
      write(place, (name) => name.write(place))
    },
    writeText: (place) => write(place, (name) => (name.writeText ?? name.write)(place)),
  }
}

/** A name is a byte of flags, its length as a varint of one byte or two, and its bytes. */
function nameOf(
  lowering: Lowering,
  of: { readonly type: Operand; readonly start: Operand; readonly size: number },
): Value & { kind: 'deferred' } {
  const { builder } = lowering
  const number = (value: number | bigint) => builder.i64(value)
  const descriptor = builder.stackSlot('descriptor', 24)
  builder.call('probe_read_user', [descriptor, number(TYPE.end - TYPE.flags), builder.binary('add', of.type, number(TYPE.flags))])
  const byte = (slot: Operand, offset: number) => builder.convert(builder.load('i8', slot, offset), 'i64', { signed: false })
  const name = builder.binary(
    'add',
    of.start,
    builder.convert(builder.load('i32', descriptor, TYPE.name - TYPE.flags), 'i64', { signed: true }),
  )
  const star = builder.binary('and', builder.binary('lshr', byte(descriptor, 0), number(EXTRA_STAR_BIT)), number(1))
  const header = builder.stackSlot('name', 8)
  builder.call('probe_read_user', [header, number(3), name])
  const [first, second] = [byte(header, 1), byte(header, 2)]
  const isLong = builder.binary('lshr', first, number(7))
  const high = builder.binary('mul', builder.binary('shl', second, number(7)), isLong)
  const length = builder.binary('sub', builder.binary('or', builder.binary('and', first, number(127)), high), star)
  const text = [number(2), isLong, star].reduce((sum, part) => builder.binary('add', sum, part), name)
  const knownLength = builder.binary('add', length, number(1))
  const value = readString(lowering, { address: text, space: 'user', size: of.size, length: undefined, knownLength })
  if (value.kind !== 'deferred') throw new InternalError('a text is written when it is wanted')
  return value
}

function readWord(lowering: Lowering, address: Operand): Operand {
  const value = readAt(lowering, address, { type: INT64, space: 'user' })
  if (value.kind !== 'integer') throw new InternalError('a number is an integer')
  return value.operand
}
