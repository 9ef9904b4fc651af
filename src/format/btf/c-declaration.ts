/**
 * Types of BTF as C declares them: structs, unions and enums with what is in them.
 */
import type { Btf } from './btf.ts'
import type { BtfEnum, BtfMember, BtfStruct, BtfType, TypeId } from './btf-type.ts'

/** The declaration of a struct, union or enum, without the `;` behind it. */
export function declareType(btf: Btf, type: BtfStruct | BtfEnum): string {
  return bodyOf(btf, type, 0)
}

function bodyOf(btf: Btf, type: BtfStruct | BtfEnum, depth: number): string {
  const keyword = type.kind === 'enum64' ? 'enum' : type.kind
  const head = type.name === '' ? `${keyword} {` : `${keyword} ${type.name} {`
  const indent = '\t'.repeat(depth)
  const lines =
    'members' in type ? type.members.map((member) => memberOf(btf, member, depth + 1)) : type.values.map(enumeratorOf(depth + 1))
  return [head, ...lines, `${indent}}`].join('\n')
}

const enumeratorOf =
  (depth: number) =>
  ({ name, value }: BtfEnum['values'][number]): string =>
    `${'\t'.repeat(depth)}${name} = ${value},`

function memberOf(btf: Btf, { name, type, bitSize }: BtfMember, depth: number): string {
  const bits = bitSize === 0 ? '' : `: ${bitSize}`
  return `${'\t'.repeat(depth)}${declare(btf, type, { name, depth })}${bits};`
}

interface Declared {
  /** What is declared: a name with what stands around it, or nothing. */
  readonly name: string
  readonly depth: number
}

/** `type name`, the way C winds types around names. */
function declare(btf: Btf, id: TypeId, declared: Declared): string {
  const type = btf.type(id)
  const { name, depth } = declared
  switch (type?.kind) {
    case 'pointer':
      return declare(btf, type.type, { name: isWound(btf, type.type) ? `(*${name})` : `*${name}`, depth })
    case 'array':
      return declare(btf, type.element, { name: `${name}[${type.count}]`, depth })
    case 'prototype': {
      const parameters = type.parameters.map((parameter) => declare(btf, parameter.type, { name: '', depth }))
      return declare(btf, type.result, { name: `${name}(${parameters.length === 0 ? 'void' : parameters.join(', ')})`, depth })
    }
    case 'const':
    case 'volatile':
    case 'restrict':
      return qualified(btf, type, declared)
    case 'type_tag':
      return declare(btf, type.type, declared)
    default:
      return spaced(baseName(btf, type, depth), name)
  }
}

/** A qualifier of a pointer stands behind its `*`, any other in front of the type. */
function qualified(btf: Btf, { kind, type }: { readonly kind: string; readonly type: TypeId }, { name, depth }: Declared): string {
  const of = btf.type(type)
  return of?.kind === 'pointer' ? declare(btf, type, { name: spaced(kind, name), depth }) : `${kind} ${declare(btf, type, { name, depth })}`
}

function spaced(left: string, right: string): string {
  return right === '' ? left : `${left} ${right}`
}

/** True for what binds tighter than the `*` of a pointer to it. */
function isWound(btf: Btf, id: TypeId): boolean {
  const kind = btf.type(id)?.kind
  return kind === 'array' || kind === 'prototype'
}

function baseName(btf: Btf, type: BtfType | undefined, depth: number): string {
  switch (type?.kind) {
    case undefined:
      return 'void'
    case 'struct':
    case 'union':
    case 'enum':
    case 'enum64':
      return type.name === '' ? bodyOf(btf, type, depth) : `${type.kind === 'enum64' ? 'enum' : type.kind} ${type.name}`
    case 'forward':
      return `${type.of} ${type.name}`
    default:
      return type !== undefined && 'name' in type ? type.name : ''
  }
}
