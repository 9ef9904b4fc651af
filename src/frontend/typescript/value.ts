/**
 * What an expression of a probe function evaluates to while it is being lowered: operands of the IR together with all that
 * is known of them. Values are immutable; control flow narrows them by making new ones.
 */
import type { Node } from 'acorn'
import type { Constant, Operand } from '../../compiler/ir/ir.ts'
import { constant } from '../../compiler/ir/ir.ts'
import type { ArrayType, StructType } from '../../spec/types/type.ts'
import type { Binding } from './binding.ts'
import { exactly, fits64, includes, type Range } from './range.ts'
import type { FunctionNode, Scope, Variable } from './variable.ts'

/** An integer `number` or a `bigint`. */
export interface IntValue {
  readonly kind: 'int'
  readonly numeric: 'number' | 'bigint'
  readonly range: Range
  /** Known not to be 0 although the range includes it. */
  readonly nonZero: boolean
  /** i64: the low 64 bits. */
  readonly low: Operand
  /** i64: bits 64 to 127; only there when one register does not hold the range. */
  readonly high: Operand | undefined
}
export interface BoolValue {
  readonly kind: 'bool'
  /** i1. */
  readonly operand: Operand
}
/** `T | undefined`. */
export interface OptionalValue {
  readonly kind: 'optional'
  /** i1: the value is not undefined. */
  readonly present: Operand
  /** Has the type and range of the value; its operands mean nothing. */
  readonly sample: PresentValue
  /** Loads the value; only where it is known to be present. */
  readonly load: () => PresentValue
  /**
   * True while the value still lies in a map: it is loaded before the first thing that could change it. False: `load`
   * emits nothing and may be called anywhere.
   */
  readonly pending: boolean
}
/** Text in a buffer, up to a NUL. */
export interface StringValue {
  readonly kind: 'string'
  readonly pointer: Operand
  /** Of the buffer, in bytes. */
  readonly size: number
  /** Writes the same text to another buffer of the same size, where that is cheaper than a copy. */
  readonly fill?: (pointer: Operand) => void
}
/** A struct in memory that nothing else changes. */
export interface StructValue {
  readonly kind: 'struct'
  readonly pointer: Operand
  readonly type: StructType
}
/** An array in memory that nothing else changes. */
export interface ArrayValue {
  readonly kind: 'array'
  readonly pointer: Operand
  readonly type: ArrayType
}
/** An object literal. Each field is a variable, so that all who hold the object see what is assigned to it. */
export interface ObjectValue {
  readonly kind: 'object'
  readonly fields: ReadonlyMap<string, Variable>
  /** Where each value, and each name, stands, for diagnostics. */
  readonly nodes: ReadonlyMap<string, Node>
  readonly keys: ReadonlyMap<string, Node>
}
/** An array literal; its elements are variables, for the same reason. */
export interface ListValue {
  readonly kind: 'list'
  readonly items: readonly Variable[]
}
/** A function of the probe, or one that it captured: written out where it is called. */
export interface FunctionValue {
  readonly kind: 'function'
  readonly name: string
  readonly node: FunctionNode
  /** What it sees. */
  readonly scopes: readonly Scope[]
  readonly resolve: (name: string) => Binding
}
/** `a / b` of numbers, which has no integer value until it is rounded. */
export interface FractionValue {
  readonly kind: 'fraction'
  readonly dividend: IntValue
  readonly divisor: IntValue
}
/** A value that is there. */
export type PresentValue = IntValue | BoolValue | StringValue | StructValue | ArrayValue

/** What an expression evaluates to. */
export type Value =
  | PresentValue
  | OptionalValue
  | ObjectValue
  | ListValue
  | FunctionValue
  | FractionValue
  | { readonly kind: 'undefined' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'context' }
  /** `ctx.args`. */
  | { readonly kind: 'arguments' }
  | { readonly kind: 'binding'; readonly binding: Binding }
  /** A method of an object that only makes sense when it is called. */
  | { readonly kind: 'method'; readonly of: Value; readonly name: string }
  /** Different types on the ways that lead here. */
  | { readonly kind: 'conflict'; readonly a: Value; readonly b: Value }
  /** Reported already. */
  | { readonly kind: 'error' }

/** The value `undefined`. */
export const UNDEFINED: Value = { kind: 'undefined' }
/** Stands for an expression that was reported, so that nothing is reported because of it. */
export const ERROR: Value = { kind: 'error' }
/** The value `true`. */
export const TRUE: BoolValue = { kind: 'bool', operand: constant('i1', 1) }
/** The value `false`. */
export const FALSE: BoolValue = { kind: 'bool', operand: constant('i1', 0) }

/** Wraps operands as an integer; a range of one value becomes a constant, one that fits a register loses its high half. */
export function intValue(numeric: 'number' | 'bigint', range: Range, low: Operand, high?: Operand): IntValue {
  if (range.min === range.max) return constantInt(numeric, range.min)
  return { kind: 'int', numeric, range, nonZero: !includes(range, 0n), low, high: fits64(range) ? undefined : high }
}
/** An integer that is known. */
export function constantInt(numeric: 'number' | 'bigint', value: bigint): IntValue {
  const range = exactly(value)
  const high = fits64(range) ? undefined : constant('i64', value >> 64n)
  return { kind: 'int', numeric, range, nonZero: value !== 0n, low: constant('i64', value), high }
}
/** The value of an integer that is known. */
export function knownInt(value: IntValue): bigint | undefined {
  return value.range.min === value.range.max ? value.range.min : undefined
}
/** The value of a condition that is known. */
export function knownBool(operand: Operand): boolean | undefined {
  return operand.kind === 'constant' ? (operand as Constant).value !== 0n : undefined
}

/** What a value is, in words, for diagnostics. */
export function describe(value: Value): string {
  switch (value.kind) {
    case 'int':
      return `a ${value.numeric}`
    case 'bool':
      return 'a boolean'
    case 'string':
    case 'text':
      return 'a string'
    case 'struct':
    case 'object':
      return 'an object'
    case 'list':
    case 'array':
      return 'an array'
    case 'function':
      return 'a function'
    case 'optional':
      return 'a value that may be undefined'
    case 'fraction':
      return 'a fraction'
    case 'undefined':
      return 'undefined'
    case 'context':
      return 'the context'
    case 'arguments':
      return 'the arguments'
    case 'binding':
      return BINDING_WORDS[value.binding.kind]
    case 'method':
      return `the method ${value.name}`
    case 'conflict':
      return `${describe(value.a)} or ${describe(value.b)}`
    case 'error':
      return 'an error'
  }
}

const BINDING_WORDS: Readonly<Record<Binding['kind'], string>> = {
  constant: 'a constant',
  type: 'a type',
  map: 'a map',
  events: 'a ring buffer',
  queue: 'a queue',
  bloom: 'a Bloom filter',
  global: 'a global',
  aggregate: 'a map of aggregations',
  address: 'the address of a symbol',
  intrinsic: 'a function',
  function: 'a function',
  list: 'an array',
  namespace: 'a module or object',
  'pass-through': 'a function',
  unresolved: 'an unresolved name',
}
