/**
 * Types by the name that a script writes: those of the language, those that its C part declares, and the usual names of integers.
 */
import { nearestNames } from '../../../base/nearest-names.ts'
import {
  BOOL,
  INT8,
  INT16,
  INT32,
  INT64,
  type IntType,
  type PointerSpace,
  type Type,
  UINT8,
  UINT16,
  UINT32,
  UINT64,
} from '../../../spec/types/type.ts'
import { USUAL_TYPEDEFS } from '../../c/base-types.ts'
import type { CTypes } from '../../c/c-types.ts'
import type { TypeNode, TypeOrExpression } from '../ast.ts'
import type { Checker } from './checker.ts'

const INTEGERS: Readonly<Record<string, IntType>> = {
  ...USUAL_TYPEDEFS,
  ...{ int8: INT8, int16: INT16, int32: INT32, int64: INT64, uint8: UINT8, uint16: UINT16, uint32: UINT32, uint64: UINT64 },
  ...{ char: INT8, short: INT16, int: INT32, long: INT64 },
}
const NOT_YET = /^(buffer|inet|timestamp|macaddr_t|cgroup_path_t|username_t|min_t|max_t|sum_t|count_t|avg_t|stats_t)$/

/** The type that a node names; complains and answers undefined when there is none. */
export function findType(checker: Checker, node: TypeNode): Type | undefined {
  const base = findBase(checker, node)
  if (base === 'complained') return undefined
  let type: Type | undefined = base
  for (const [index, modifier] of node.modifiers.entries()) {
    if (modifier.kind === 'pointer') type = pointerTo(type, checker.unit.context.space)
    else if (index === 0 && node.name === 'string' && modifier.size !== undefined) type = { kind: 'string', size: modifier.size }
    else if (type !== undefined) type = { kind: 'array', element: type, count: modifier.size ?? 0 }
  }
  return type
}

function pointerTo(type: Type | undefined, space: PointerSpace): Type {
  return type === undefined ? { kind: 'pointer', space } : { kind: 'pointer', to: type, space }
}

function findBase(checker: Checker, node: TypeNode): Type | undefined | 'complained' {
  const { name, span } = node
  if (node.of !== undefined) return typeAsked(checker, node.of) ?? 'complained'
  const { cTypes } = checker.options
  const isPointer = node.modifiers.at(0)?.kind === 'pointer'
  const declared = declaredType(cTypes, name)
  if (declared !== undefined) return declared
  if (Object.hasOwn(INTEGERS, name)) return INTEGERS[name]
  if (name === 'bool') return BOOL
  if (name === 'string') return { kind: 'string', size: checker.options.config.maxStringLength }
  if (name === 'void' && isPointer) return undefined
  const known = findInProgram(checker, name) ?? checker.options.typeSource.kernelTypes?.()?.findType(name)
  if (known !== undefined) return known.kind === 'int' && name.startsWith('enum ') ? { ...known, size: 8 } : known
  const named = cTypes.records.get(name)?.type
  if (named !== undefined) return named
  if (NOT_YET.test(name)) {
    checker.report.notSupported(span, `the type '${name}'`)
    return 'complained'
  }
  const nearest = nearestNames(name, [
    ...cTypes.records.keys(),
    ...[...cTypes.enums.keys()].map((one) => `enum ${one}`),
    ...Object.keys(INTEGERS),
  ])
  const hint = nearest.length === 0 ? undefined : `did you mean ${nearest.map((one) => `'${one}'`).join(' or ')}?`
  checker.report.error({ code: 'unknown-type', span, message: `Cannot resolve unknown type "${name}"`, hint })
  return 'complained'
}

/** Where an executable is probed, a type of it. */
function findInProgram({ options, unit }: Checker, name: string): Type | undefined {
  const { uprobe } = unit.context
  const found = uprobe === undefined ? undefined : options.typeSource.debugTypes?.findType(uprobe.path, name)
  return found === undefined || found.kind === 'miss' ? undefined : found
}

/** The type that is named, or that of an expression, which is not evaluated; of a map by itself that of its key, when it has one. */
export function typeAsked(checker: Checker, of: TypeOrExpression): Type | undefined {
  if ('type' in of) return findType(checker, of.type)
  const key =
    of.expression.kind === 'map' && of.expression.key === undefined ? checker.symbols.maps.get(of.expression.name)?.key : undefined
  if (key !== undefined) return key.type
  const { type, object = type, unknown } = checker.checkObject(of.expression)
  return unknown === true ? undefined : type.kind === 'string' ? type : object
}

/** A type that the C part of the script declares. */
function declaredType(cTypes: CTypes, name: string): Type | undefined {
  const record = cTypes.records.get(name)
  if (record?.members !== undefined) return record.type
  const known = name.startsWith('enum ') ? cTypes.enums.get(name.slice('enum '.length)) : undefined
  // By itself an enum is a whole word; within a struct it is what C makes of it.
  if (known !== undefined) return { ...known, size: 8 }
  const typedef = cTypes.typedefs.get(name)
  return typeof typedef === 'object' ? typedef : undefined
}
