/**
 * Answers to what relocations ask of the kernel's types.
 */
import { nearestNames } from '../../base/nearest-names.ts'
import type { TypeQuestion, TypeRelocation } from '../../format/asm/type-relocation.ts'
import type { Btf } from '../../format/btf/btf.ts'
import type { TypeId } from '../../format/btf/btf-type.ts'
import { sizeOfType } from '../../format/btf/type-size.ts'
import { accessOf, type FieldAccess } from './field-access.ts'
import { findField, findRoot, type MissingPart, missingType } from './find-field.ts'
import { parseTypePath, type TypePath } from './type-path.ts'

type Answer = bigint | MissingPart

/** The answer, or what is missing. Throws `InternalError` for a path that is none. */
export function answerRelocation(btf: Btf, { question, path }: TypeRelocation): Answer {
  return ANSWERS[question](btf, parseTypePath(path))
}

const ANSWERS: Readonly<Record<TypeQuestion, (btf: Btf, path: TypePath) => Answer>> = {
  field_offset: ofField(({ offset }) => offset),
  field_size: ofField(({ size }) => size),
  field_signed: ofField(({ signed }) => Number(signed)),
  field_left_shift: ofField(({ leftShift }) => leftShift),
  field_right_shift: ofField(({ rightShift }) => rightShift),
  field_exists: (btf, path) => (findField(btf, path).kind === 'found' ? 1n : 0n),
  type_size: ofType((btf, id) => sizeOfType(btf, id) ?? 0),
  type_id: ofType((_, id) => id),
  type_exists: (btf, { root }) => (findAnyType(btf, root) === undefined ? 0n : 1n),
  enum_value: (btf, path) => findValue(btf, path),
  enum_value_exists: (btf, path) => (typeof findValue(btf, path) === 'bigint' ? 1n : 0n),
}

function ofField(ask: (access: FieldAccess) => number) {
  return (btf: Btf, path: TypePath): Answer => {
    const field = findField(btf, path)
    return field.kind === 'missing' ? field : BigInt(ask(accessOf(btf, field)))
  }
}

function ofType(ask: (btf: Btf, id: TypeId) => number) {
  return (btf: Btf, { root }: TypePath): Answer => {
    const id = findAnyType(btf, root)
    return id === undefined ? missingType(btf, root) : BigInt(ask(btf, id))
  }
}

function findAnyType(btf: Btf, name: string): TypeId | undefined {
  return findRoot(btf, name) ?? findEnum(btf, name) ?? btf.find('int', name)
}

function findEnum(btf: Btf, name: string): TypeId | undefined {
  return btf.find('enum', name) ?? btf.find('enum64', name)
}

function findValue(btf: Btf, { root, steps }: TypePath): Answer {
  const id = findEnum(btf, root)
  const type = id === undefined ? undefined : btf.type(id)
  if (type?.kind !== 'enum' && type?.kind !== 'enum64')
    return { kind: 'missing', reason: `there is no enum ${root}`, nearest: nearestNames(root, btf.names('enum')) }
  const [step] = steps
  const wanted = step?.kind === 'member' ? step.name : ''
  const value = type.values.find(({ name }) => name === wanted)?.value
  if (value !== undefined) return value
  const nearest = nearestNames(
    wanted,
    type.values.map(({ name }) => name),
  )
  return { kind: 'missing', reason: `enum ${root} has no ${wanted}`, nearest }
}
