/**
 * Following a path through the kernel's types: where its end lies and of what type it is, or what is missing on the way.
 */
import { nearestNames } from '../../base/nearest-names.ts'
import type { Btf } from '../../format/btf/btf.ts'
import type { BtfStruct, TypeId } from '../../format/btf/btf-type.ts'
import { findMember, memberNames } from '../../format/btf/find-member.ts'
import { resolveType, sizeOfType } from '../../format/btf/type-size.ts'
import type { PathStep, TypePath } from './type-path.ts'

/** The end of a path. Its offset counts from the last pointer on the way; `bitSize` is 0 unless it is a bitfield. */
export interface FoundField {
  readonly kind: 'found'
  readonly type: TypeId
  readonly bitOffset: number
  readonly bitSize: number
}

/** Why a path leads nowhere on this kernel. */
export interface MissingPart {
  readonly kind: 'missing'
  /** A sentence, such as `struct task_struct has no pidd`. */
  readonly reason: string
  /** Names that may be meant. */
  readonly nearest: readonly string[]
}

/** A type by its name alone: a struct, a union, or a typedef. */
export function findRoot(btf: Btf, name: string): TypeId | undefined {
  return btf.find('struct', name) ?? btf.find('union', name) ?? btf.find('typedef', name)
}

/** That the kernel has no such type. */
export function missingType(btf: Btf, name: string): MissingPart {
  return { kind: 'missing', reason: `there is no struct ${name}`, nearest: nearestNames(name, btf.names('struct')) }
}

/** Follows `path`. */
export function findField(btf: Btf, { root, steps }: TypePath): FoundField | MissingPart {
  const type = findRoot(btf, root)
  if (type === undefined) return missingType(btf, root)
  let at: FoundField | MissingPart = { kind: 'found', type, bitOffset: 0, bitSize: 0 }
  let name = root
  for (const step of steps) {
    at = follow(btf, { at, name }, step)
    if (at.kind === 'missing') return at
    if (step.kind !== 'element') name = step.name
  }
  return at
}

interface Place {
  readonly at: FoundField
  /** How messages call what is there. */
  readonly name: string
}

function follow(btf: Btf, place: Place, step: PathStep): FoundField | MissingPart {
  if (step.kind === 'element') return elementOf(btf, place, step.index)
  return step.kind === 'pointed' ? pointedMember(btf, place, step.name) : memberOf(btf, place, step.name)
}

function memberOf(btf: Btf, { at, name }: Place, wanted: string): FoundField | MissingPart {
  const struct = definitionOf(btf, at.type)
  if (struct === undefined) return missing(`${name} is no struct`)
  const member = findMember(btf, struct, wanted)
  if (member !== undefined) return { kind: 'found', type: member.type, bitOffset: at.bitOffset + member.bitOffset, bitSize: member.bitSize }
  const called = struct.name === '' ? name : `${struct.kind} ${struct.name}`
  return { kind: 'missing', reason: `${called} has no ${wanted}`, nearest: nearestNames(wanted, memberNames(btf, struct)) }
}

function pointedMember(btf: Btf, { at, name }: Place, wanted: string): FoundField | MissingPart {
  const pointer = resolveType(btf, at.type)
  if (pointer?.kind !== 'pointer') return missing(`${name} is no pointer`)
  return memberOf(btf, { at: { kind: 'found', type: pointer.type, bitOffset: 0, bitSize: 0 }, name }, wanted)
}

/** An array without a length, at the end of a struct, has elements too. */
function elementOf(btf: Btf, { at, name }: Place, index: number): FoundField | MissingPart {
  const array = resolveType(btf, at.type)
  const size = array?.kind === 'array' ? sizeOfType(btf, array.element) : undefined
  if (array?.kind !== 'array' || size === undefined) return missing(`${name} is no array`)
  if (array.count > 0 && index >= array.count) return missing(`${name} has ${array.count} elements`)
  return { kind: 'found', type: array.element, bitOffset: at.bitOffset + index * size * 8, bitSize: 0 }
}

/** What is only declared where it is used is defined elsewhere. */
function definitionOf(btf: Btf, id: TypeId): BtfStruct | undefined {
  const type = resolveType(btf, id)
  const definition = type?.kind === 'forward' ? btf.find(type.of, type.name) : undefined
  const found = definition === undefined ? type : btf.type(definition)
  return found?.kind === 'struct' || found?.kind === 'union' ? found : undefined
}

const missing = (reason: string): MissingPart => ({ kind: 'missing', reason, nearest: [] })
