/**
 * What the operations of location expressions do, as far as a table says it. Source: the DWARF 5 standard, sections 2.5 and 2.6.
 */
import type { ByteReader } from '../../../base/bytes.ts'
import { readSigned, readUnsigned } from '../leb128.ts'
import type { BinaryOperator } from './location.ts'
import { OP } from './operations.ts'

/** Operations on the two values on top. */
export const BINARY: Readonly<Record<number, BinaryOperator>> = {
  [OP.and]: 'and',
  [OP.div]: 'sdiv',
  [OP.minus]: 'sub',
  [OP.mod]: 'urem',
  [OP.mul]: 'mul',
  [OP.or]: 'or',
  [OP.plus]: 'add',
  [OP.shl]: 'shl',
  [OP.shr]: 'lshr',
  [OP.shra]: 'ashr',
  [OP.xor]: 'xor',
  [OP.eq]: 'eq',
  [OP.ge]: 'sge',
  [OP.gt]: 'sgt',
  [OP.le]: 'sle',
  [OP.lt]: 'slt',
  [OP.ne]: 'ne',
}

/** Operations that push a number that follows them. */
export const CONSTANTS: Readonly<Record<number, (reader: ByteReader) => bigint>> = {
  [OP.const1u]: (reader) => BigInt(reader.u8()),
  [OP.const1s]: (reader) => BigInt.asIntN(8, BigInt(reader.u8())),
  [OP.const2u]: (reader) => BigInt(reader.u16()),
  [OP.const2s]: (reader) => BigInt.asIntN(16, BigInt(reader.u16())),
  [OP.const4u]: (reader) => BigInt(reader.u32()),
  [OP.const4s]: (reader) => BigInt(reader.i32()),
  [OP.const8u]: (reader) => reader.u64(),
  [OP.const8s]: (reader) => reader.u64(),
  [OP.constu]: readUnsigned,
  [OP.consts]: readSigned,
}

/** Why what an operation describes has no location here. */
export const UNAVAILABLE: Readonly<Record<number, string>> = {
  [OP.bra]: 'its location depends on a condition',
  [OP.skip]: 'its location depends on a condition',
  [OP.form_tls_address]: 'it is thread-local',
  [OP.GNU_push_tls_address]: 'it is thread-local',
  [OP.implicit_pointer]: 'the pointer is optimised out, and only what it points to is left',
  [OP.GNU_implicit_pointer]: 'the pointer is optimised out, and only what it points to is left',
  [OP.GNU_parameter_ref]: 'only its caller has it',
  [OP.GNU_variable_value]: 'it depends on another variable',
  [OP.const_type]: 'it is computed in a type of its own',
  [OP.regval_type]: 'it is computed in a type of its own',
  [OP.deref_type]: 'it is computed in a type of its own',
  [OP.convert]: 'it is computed in a type of its own',
  [OP.reinterpret]: 'it is computed in a type of its own',
  [OP.GNU_const_type]: 'it is computed in a type of its own',
  [OP.GNU_regval_type]: 'it is computed in a type of its own',
  [OP.GNU_deref_type]: 'it is computed in a type of its own',
  [OP.GNU_convert]: 'it is computed in a type of its own',
}
