/**
 * Records whose fields the check knows: options of the script, facts about types.
 */
import { INT8 } from '../../../spec/types/type.ts'
import type { StaticType } from '../check/static-type.ts'
import type { Lowering } from './lowering.ts'
import { stringConstant } from './string-constant.ts'
import { integerValue, type Value } from './value.ts'

/** The record as a value. */
export function knownFieldsValue({ builder }: Lowering, { type, knownFields = [] }: StaticType): Value {
  const types = type.kind === 'tuple' ? type.fields : []
  const items = knownFields.map((known, index) => ({
    type: types[index] ?? INT8,
    value: typeof known === 'string' ? textOf(builder, known) : integerValue(builder.i64(BigInt(known))),
  }))
  return { kind: 'tuple', items }
}

function textOf(builder: Lowering['builder'], text: string): Value {
  return { kind: 'deferred', write: ({ pointer, offset }) => stringConstant(text).store(builder, pointer, offset) }
}
