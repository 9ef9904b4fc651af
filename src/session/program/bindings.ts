/**
 * From the live value that a captured name has to what the front-end knows it as. Objects of the library and of JavaScript
 * are recognised by identity, whatever the name; other objects are looked into member by member.
 */
import { types } from 'node:util'
import type { Binding, IntrinsicName } from '../../frontend/typescript/binding.ts'
import { layoutRecord } from '../../spec/record-layout.ts'
import { UINT32 } from '../../spec/types/type.ts'
import { type AnyFunction, type CapturedFunction, captureFunctions } from '../capture/capture-functions.ts'
import { type Brand, type Branded, brandOf } from './brand.ts'
import { emptyValueMap } from './map-specs.ts'

/** Names of a program's parts, by identity. */
export type PartNames = ReadonlyMap<unknown, string>

/** Functions of JavaScript that a probe may call. */
const JAVASCRIPT: ReadonlyMap<unknown, IntrinsicName> = new Map<unknown, IntrinsicName>([
  [Number, 'Number'],
  [Boolean, 'Boolean'],
  [BigInt.asUintN, 'BigInt.asUintN'],
  [BigInt.asIntN, 'BigInt.asIntN'],
  [Math.trunc, 'Math.trunc'],
  [Math.floor, 'Math.floor'],
  [Math.min, 'Math.min'],
  [Math.max, 'Math.max'],
  [Math.abs, 'Math.abs'],
  [Math.imul, 'Math.imul'],
  [Math.clz32, 'Math.clz32'],
  [Math.sign, 'Math.sign'],
])

/** Answers what the free names of a captured function are bound to. */
export function resolverOf(captured: CapturedFunction, parts: PartNames): (name: string) => Binding {
  return (name) => {
    const found = captured.lookup(name)
    if (found.kind === 'unknown') return unresolved(name)
    const binding = bindingOf(found.value, { name, parts })
    return found.kind === 'reassigned' && binding.kind !== 'unresolved' ? reassigned(name) : binding
  }
}

interface Place {
  readonly name: string
  readonly parts: PartNames
}

/** What a value is to a probe. */
function bindingOf(value: unknown, place: Place): Binding {
  const brand = brandOf(value)
  if (brand !== undefined) return brandBinding(value as Branded, brand, place)
  const name = JAVASCRIPT.get(value)
  if (name !== undefined) return { kind: 'intrinsic', name }
  if (value === BigInt) return { kind: 'intrinsic', name: 'BigInt', member: memberOf(BigInt, place) }
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'string':
    case 'boolean':
    case 'undefined':
      return { kind: 'constant', value }
    case 'function':
      return functionBinding(value as AnyFunction, place)
    case 'object':
      return value === null
        ? { kind: 'unresolved', reason: `${place.name} is null, which has no meaning in a probe`, hint: 'use undefined' }
        : isArray(value)
          ? { kind: 'list', name: place.name, length: value.length, item: (index) => bindingOf(value[index], elementPlace(place, index)) }
          : { kind: 'namespace', name: place.name, member: memberOf(value, place) }
    default:
      return { kind: 'unresolved', reason: `${place.name} is a ${typeof value}, which has no meaning in a probe` }
  }
}

/** A function of the user's, with what it captured itself: looked at when a probe first calls it. */
function functionBinding(value: AnyFunction, { name, parts }: Place): Binding {
  if (/\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(value)))
    return {
      kind: 'unresolved',
      reason: `${name} is a function of JavaScript itself, which cannot be called in a probe`,
      hint: 'a probe calls functions of your own, BigInt, Number, Boolean, and trunc, floor, min, max and abs of Math',
    }
  const [captured] = captureFunctions([value])
  if (captured === undefined) return unresolved(name)
  const { text, source, locate } = captured
  return { kind: 'function', name, text, source, locate, resolve: resolverOf(captured, parts) }
}

/** An array or a typed array: elements are those that it has when the program is traced. */
function isArray(value: object): value is readonly unknown[] {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

function elementPlace({ name, parts }: Place, index: number): Place {
  return { name: `${name}[${index}]`, parts }
}

function memberOf(object: object, { name, parts }: Place): (member: string) => Binding {
  return (member) => {
    const path = `${name}.${member}`
    if (!(member in object)) return { kind: 'unresolved', reason: `${name} has no member ${member}` }
    const value: unknown = Reflect.get(object, member)
    const binding = bindingOf(value, { name: path, parts })
    return binding.kind === 'constant' && !isFixed(object, member) ? changeable(path) : binding
  }
}

/** Objects that are written as literals: what they hold when the program is traced is what the probe sees. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === Object.prototype || prototype === null
}

/** True when a member cannot be assigned to any more, or is the export of a module or of a plain object. */
function isFixed(object: object, member: string): boolean {
  if (isPlain(object) || types.isModuleNamespaceObject(object)) return true
  const property = Object.getOwnPropertyDescriptor(object, member)
  if (property === undefined || property.get !== undefined || property.writable === false) return true
  return '__esModule' in object || Reflect.get(object, Symbol.toStringTag) === 'Module'
}

function brandBinding(value: Branded, brand: Brand, { name, parts }: Place): Binding {
  switch (brand.kind) {
    case 'type':
    case 'intrinsic':
    case 'address':
      return brand
    case 'probe':
      return { kind: 'unresolved', reason: `${name} is a probe, which a probe cannot use` }
    case 'aggregation':
      return { kind: 'unresolved', reason: `${name} is an aggregation, which only says what a map holds` }
    default:
      return partBinding(brand, parts.get(value)) ?? notAPart(name)
  }
}

function partBinding(
  brand: Exclude<Brand, { kind: 'type' | 'intrinsic' | 'address' | 'probe' | 'aggregation' }>,
  name: string | undefined,
): Binding | undefined {
  if (name === undefined) return undefined
  switch (brand.kind) {
    case 'ringbuf':
      return { kind: 'events', name, struct: brand.struct, layout: layoutRecord(brand.struct.fields, 0) }
    case 'queue':
    case 'bloom':
    case 'global':
      return { kind: brand.kind, name, value: brand.value }
    case 'aggregate':
      return { ...brand, name, empty: emptyValueMap(name) }
    default: {
      const { kind: storage, value, maxEntries } = brand
      const perCpu = brand.storage.startsWith('percpu')
      return { kind: 'map', storage, name, key: brand.kind === 'hash' ? brand.key : UINT32, value, maxEntries, perCpu }
    }
  }
}

const unresolved = (name: string): Binding => ({
  kind: 'unresolved',
  reason: `${name} is not a variable that this function captured`,
  hint: 'names inside of a probe are its own, what surrounds it, and what its file imports',
})
const reassigned = (name: string): Binding => ({
  kind: 'unresolved',
  reason: `${name} is assigned to after its declaration, and the kernel would not see that`,
  hint: 'declare a constant with the value that the probe needs, or keep the value in a part: array(u64, 1)',
})
const changeable = (path: string): Binding => ({
  kind: 'unresolved',
  reason: `${path} may change, and the kernel would not see that`,
  hint: 'freeze the object with Object.freeze, or copy the member to a constant',
})
const notAPart = (name: string): Binding => ({
  kind: 'unresolved',
  reason: `${name} is not a part of this program`,
  hint: `hand it to trace: trace({ ${name}, ... })`,
})
