/**
 * Names and members: a variable of the function, else what the resolver says the name is bound to, by identity.
 */
import type { Identifier, MemberExpression, Node } from 'acorn'
import type { Binding } from './binding.ts'
import { bindingValue } from './constants.ts'
import { CONTEXT_MEMBERS } from './intrinsics/context.ts'
import { namedArgument } from './intrinsics/named-arguments.ts'
import { elementValue, lengthOf } from './lists.ts'
import { enter, findVariable, type Lowering, leave, type Problem } from './lowering.ts'
import { loadSnapshot, loadValue } from './memory.ts'
import { splitOptional } from './optional.ts'
import { unsupported, wrongType } from './problems.ts'
import { constantInt, describe, ERROR, UNDEFINED, type Value } from './value.ts'

/** Lowers a name. */
export function nameValue(cx: Lowering, node: Identifier): Value {
  const variable = findVariable(cx, node.name)
  if (variable === undefined) return bindingValue(cx, node, cx.resolve(node.name))
  const value = cx.variables?.get(variable)
  if (value === undefined) return cx.report(node, usedBeforeDeclaration(node.name))
  if (value.kind === 'conflict') return cx.report(node, conflictingTypes(node.name, value))
  return value
}

/** Lowers `object.name`, `object['name']`, `list[index]` and their kin with `?.`. */
export function memberValue(cx: Lowering, node: MemberExpression): Value {
  if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier')
    return cx.report(node, unsupported('this member', 'write the name: object.name'))
  const written = cx.value(node.object)
  const object = node.optional ? unlessUndefined(cx, written, node.object) : written
  if (cx.variables === undefined) return UNDEFINED
  if (!node.computed) return memberOf(cx, node, [object, node.property.type === 'Identifier' ? node.property.name : ''])
  const index = cx.value(node.property)
  if (object.kind === 'error' || index.kind === 'error') return ERROR
  if (index.kind === 'text') return memberOf(cx, node, [object, index.text])
  if (lengthOf(object) !== undefined) return elementValue(cx, node.property, [object, index])
  return cx.report(node, unsupported('a computed member', 'write the name: object.name; map entries are read with get(key)'))
}

/** The value where it is there; where it is not, the `?.` chain ends with undefined. */
export function unlessUndefined(cx: Lowering, value: Value, node: Node): Value {
  if (value.kind === 'undefined') {
    const flow = leave(cx)
    if (flow !== undefined) cx.chain?.push({ flow, result: UNDEFINED })
    cx.variables = undefined
    return UNDEFINED
  }
  if (value.kind !== 'optional') return value
  const { present, absent, value: loaded } = splitOptional(cx, value)
  const variable = node.type === 'Identifier' ? findVariable(cx, (node as Identifier).name) : undefined
  if (variable !== undefined) {
    present.variables.set(variable, loaded)
    absent.variables.set(variable, UNDEFINED)
  }
  cx.chain?.push({ flow: absent, result: UNDEFINED })
  enter(cx, present)
  return loaded
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
    case 'arguments':
      return namedArgument(cx, node, name)
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
    case 'object': {
      const field = object.fields.get(name)
      return (field === undefined ? undefined : cx.variables?.get(field)) ?? UNDEFINED
    }
    case 'list':
    case 'array':
      return listMember(object, name)
    case 'string':
    case 'text':
      return { kind: 'method', of: object, name }
    case 'binding':
      return memberOfBinding(cx, node, [object.binding, name])
    default:
      return cx.report(node, object.kind === 'optional' ? wrongType('an object', object) : unknownMember(object, name, []))
  }
}

const HAS_METHODS: ReadonlySet<Binding['kind']> = new Set(['map', 'events', 'queue', 'bloom', 'aggregate', 'global'])

function memberOfBinding(cx: Lowering, node: Node, [binding, name]: readonly [Binding, string]): Value {
  if (binding.kind === 'namespace') return bindingValue(cx, node, binding.member(name))
  if (binding.kind === 'intrinsic' && binding.member !== undefined) return bindingValue(cx, node, binding.member(name))
  if (binding.kind === 'type' && binding.members !== undefined && Object.hasOwn(binding.members, name))
    return constantInt('number', BigInt(binding.members[name] ?? 0))
  if (binding.kind === 'list') return listMember({ kind: 'binding', binding }, name)
  if (binding.kind === 'global' && name === 'value')
    return loadSnapshot(cx, binding.value, { pointer: cx.builder.mapValue(binding.name), offset: 0 })
  if (HAS_METHODS.has(binding.kind)) return { kind: 'method', of: { kind: 'binding', binding }, name }
  return cx.report(node, unknownMember({ kind: 'binding', binding }, name, []))
}

function listMember(list: Value, name: string): Value {
  if (name === 'length') return constantInt('number', BigInt(lengthOf(list) ?? 0))
  return { kind: 'method', of: list, name }
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
const unknownMember = (object: Value, name: string, known: readonly string[]): Problem => ({
  code: 'unknown-member',
  message: `${describe(object)} has no member ${name} in a probe`,
  ...(known.length === 0 ? {} : { hint: `it has ${known.join(', ')}` }),
})
