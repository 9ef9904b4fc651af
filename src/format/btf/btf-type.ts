/**
 * The types of BTF as data. A type refers to others by number (`TypeId`); 0 stands for `void`, and numbers begin at 1 in
 * the order in which the types stand in the bytes. An empty `name` means that there is none.
 */

/** The number of a type; 0 is `void`. */
export type TypeId = number

/** A member of a struct or union; `bitSize` is 0 unless it is a bitfield. */
export interface BtfMember {
  readonly name: string
  readonly type: TypeId
  readonly bitOffset: number
  readonly bitSize: number
}

/** An integer of `size` bytes. */
export interface BtfInt {
  readonly kind: 'int'
  readonly name: string
  readonly size: number
  readonly encoding: 'unsigned' | 'signed' | 'char' | 'bool'
  /** Bits of it that hold the value, when they are not all. */
  readonly bits?: number
}
/** What stands for another type: a pointer to it, or the type itself under a name or with a qualifier. */
export interface BtfReference {
  readonly kind: 'pointer' | 'typedef' | 'volatile' | 'const' | 'restrict' | 'type_tag'
  readonly name: string
  readonly type: TypeId
}
/** `count` elements; `index` is the type of the index, which only C cares about. */
export interface BtfArray {
  readonly kind: 'array'
  readonly element: TypeId
  readonly index: TypeId
  readonly count: number
}
/** A struct or a union of `size` bytes. */
export interface BtfStruct {
  readonly kind: 'struct' | 'union'
  readonly name: string
  readonly size: number
  readonly members: readonly BtfMember[]
}
/** An enum of `size` bytes; `enum64` when values need 64 bits. */
export interface BtfEnum {
  readonly kind: 'enum' | 'enum64'
  readonly name: string
  readonly size: number
  readonly signed: boolean
  readonly values: readonly { readonly name: string; readonly value: bigint }[]
}
/** A struct or union that is declared and not defined. */
export interface BtfForward {
  readonly kind: 'forward'
  readonly name: string
  readonly of: 'struct' | 'union'
}
/** The parameters and result of a function. */
export interface BtfPrototype {
  readonly kind: 'prototype'
  readonly result: TypeId
  readonly parameters: readonly { readonly name: string; readonly type: TypeId }[]
}
/** A function; `type` is its prototype. */
export interface BtfFunction {
  readonly kind: 'function'
  readonly name: string
  readonly type: TypeId
  readonly linkage: 'static' | 'global' | 'extern'
}
/** What we only step over: variables, sections, floats and tags of declarations. */
export interface BtfOther {
  readonly kind: 'variable' | 'section' | 'float' | 'declaration_tag'
  readonly name: string
  /** Size in bytes of a float or a section; type of the others. */
  readonly sizeOrType: number
}

/** A type that our programs and maps are described by. */
export type BtfWritableType = BtfInt | BtfReference | BtfArray | BtfStruct | BtfEnum | BtfForward | BtfPrototype | BtfFunction
/** A type, as it is read. */
export type BtfType = BtfWritableType | BtfOther
