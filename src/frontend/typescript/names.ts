/**
 * Names and members: a variable of the function, else what the resolver says the name is bound to, by identity.
 */
import type { Expression, Identifier, MemberExpression, Node, PrivateIdentifier } from 'acorn'
import type { Binding } from './binding.ts'
import { CONTEXT_MEMBERS } from './intrinsics/context.ts'
import { findVariable, type Lowering, type Problem } from './lowering.ts'
import { loadValue } from './memory.ts'
import { bigintTooLarge, numberTooLarge, unsupported, wrongType } from './problems.ts'
import { exactly, fits128 } from './range.ts'
import { constantInt, describe, FALSE, TRUE, UNDEFINED, type Value } from './value.ts'

/** Lowers a name. */
export function nameValue(cx: Lowering, node: Identifier): Value {
  const variable = findVariable(cx, node.name)
  if (variable === undefined) return bindingValue(cx, node, cx.resolve(node.name))
  const value = cx.variables?.get(variable)
  if (value === undefined) return cx.report(node, usedBeforeDeclaration(node.name))
  if (value.kind === 'conflict') return cx.report(node, conflictingTypes(node.name, value))
  return value
}

/** The value of something that was captured or imported. */
function bindingValue(cx: Lowering, node: Node, binding: Binding): Value {
  if (binding.kind === 'unresolved') {
    const hint = binding.hint === undefined ? {} : { hint: binding.hint }
    return cx.report(node, { code: 'unresolved-name', message: binding.reason, ...hint })
  }
  if (binding.kind !== 'constant') return { kind: 'binding', binding }
  const { value } = binding
  switch (typeof value) {
    case 'bigint':
      return bigintValue(cx, node, value)
    case 'number':
      return numberValue(cx, node, value)
    case 'boolean':
      return value ? TRUE : FALSE
    case 'string':
      return { kind: 'text', text: value }
    default:
      return UNDEFINED
  }
}

/** A number that is known: only safe integers are. */
export function numberValue(cx: Lowering, node: Node, value: number): Value {
  if (Number.isSafeInteger(value)) return constantInt('number', BigInt(value))
  if (Number.isInteger(value)) return cx.report(node, numberTooLarge(exactly(BigInt(value))))
  return cx.report(node, notAnInteger(value))
}

/** A bigint that is known: of two registers at most. */
export function bigintValue(cx: Lowering, node: Node, value: bigint): Value {
  return fits128(exactly(value)) ? constantInt('bigint', value) : cx.report(node, bigintTooLarge())
}

/** Lowers `object.name` and `object['name']`. */
export function memberValue(cx: Lowering, node: MemberExpression): Value {
  const name = memberName(node)
  if (node.object.type === 'Super' || name === undefined)
    return cx.report(node, unsupported('a computed member', 'write the name: object.name; map entries are read with get(key)'))
  if (node.optional) return cx.report(node, unsupported('?.', 'test it first: if (value !== undefined) { ... }'))
  return memberOf(cx, node, [cx.value(node.object), name])
}

/** The member `name` of a value. */
export function memberOf(cx: Lowering, node: Node, [object, name]: readonly [Value, string]): Value {
  switch (object.kind) {
    case 'error':
      return object
    case 'context': {
      const member = Object.hasOwn(CONTEXT_MEMBERS, name) ? CONTEXT_MEMBERS[name] : undefined
      return member === undefined ? cx.report(node, unknownMember(object, name, Object.keys(CONTEXT_MEMBERS))) : member(cx, node)
    }
    case 'struct': {
      const field = object.type.fields.find((candidate) => candidate.name === name)
      if (field !== undefined) return loadValue(cx, field.type, { pointer: object.pointer, offset: field.offset })
      return cx.report(
        node,
        unknownMember(
          object,
          name,
          object.type.fields.map((candidate) => candidate.name),
        ),
      )
    }
    case 'object':
      return object.fields.get(name) ?? UNDEFINED
    case 'binding':
      return memberOfBinding(cx, node, [object.binding, name])
    default:
      return cx.report(node, object.kind === 'optional' ? wrongType('an object', object) : unknownMember(object, name, []))
  }
}

function memberOfBinding(cx: Lowering, node: Node, [binding, name]: readonly [Binding, string]): Value {
  if (binding.kind === 'namespace') return bindingValue(cx, node, binding.member(name))
  if (binding.kind === 'intrinsic' && binding.member !== undefined) return bindingValue(cx, node, binding.member(name))
  if (binding.kind === 'map' || binding.kind === 'events') return { kind: 'method', of: { kind: 'binding', binding }, name }
  return cx.report(node, unknownMember({ kind: 'binding', binding }, name, []))
}

function memberName(node: MemberExpression): string | undefined {
  const property: Expression | PrivateIdentifier = node.property
  if (!node.computed) return property.type === 'Identifier' ? property.name : undefined
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined
}

const usedBeforeDeclaration = (name: string): Problem => ({
  code: 'used-before-declaration',
  message: `${name} is used before it is declared`,
})
const conflictingTypes = (name: string, value: Value): Problem => ({
  code: 'conflicting-types',
  message: `${name} is ${describe(value)} here, depending on the way taken`,
  hint: 'use a variable of its own for each type',
})
const notAnInteger = (value: number): Problem => ({
  code: 'not-an-integer',
  message: `${value} is not an integer, and a probe computes with integers only`,
  hint: 'scale it, for example to nanoseconds, or compute with it in user space',
})
const unknownMember = (object: Value, name: string, known: readonly string[]): Problem => ({
  code: 'unknown-member',
  message: `${describe(object)} has no member ${name} in a probe`,
  ...(known.length === 0 ? {} : { hint: `it has ${known.join(', ')}` }),
})
