/**
 * Checks `typeinfo(...)`: a record that says what a type is. Its fields are known when the script is compiled.
 */
import { nameOf, type Type, UINT32 } from '../../../spec/types/type.ts'
import type { Expression, TypeofExpression } from '../ast.ts'
import type { Checker } from './checker.ts'
import { describeType, knownRecord, type StaticType, UNKNOWN } from './static-type.ts'
import { typeAsked } from './type-names.ts'
import { mayUse } from './unstable.ts'

/** The record. `btf_id` is 0: types of scripts have no number in the kernel's BTF. */
export function checkTypeInfo(checker: Checker, { of, span }: TypeofExpression): StaticType {
  if (!mayUse(checker, 'typeinfo', span)) return UNKNOWN
  const aggregation = 'expression' in of && !isKeyedMap(checker, of.expression) ? checker.checkObject(of.expression) : undefined
  const type = typeAsked(checker, of)
  if (type === undefined) return UNKNOWN
  const full = aggregation?.aggregation === undefined ? nameOf(type) : describeType(aggregation)
  const base = aggregation?.aggregation === undefined ? baseName(type) : full
  return knownRecord([
    { name: 'btf_id', value: 0n, type: UINT32 },
    { name: 'base_type', value: base },
    { name: 'full_type', value: full },
  ])
}

function isKeyedMap({ symbols }: Checker, expression: Expression): boolean {
  return expression.kind === 'map' && expression.key === undefined && symbols.maps.get(expression.name)?.keyed === true
}

function baseName(type: Type): string {
  switch (type.kind) {
    case 'tuple':
      return type.names === undefined ? 'tuple' : 'record'
    case 'struct':
    case 'record':
      return 'c_type'
    case 'int':
    case 'bool':
    case 'string':
    case 'pointer':
    case 'buffer':
    case 'array':
      return type.kind
    default:
      return nameOf(type)
  }
}
