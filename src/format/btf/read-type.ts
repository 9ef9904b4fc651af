/**
 * One type of BTF from its words.
 */
import type { BtfInt, BtfMember, BtfType } from './btf-type.ts'
import { BTF_KIND, type BtfKind, countOfInfo, flagOfInfo, kindOfInfo } from './kinds.ts'
import { INT_ENCODING, LINKAGE } from './write-type.ts'

/** Access to the words of a type, from its first one, and to the strings that they name. */
export interface TypeWords {
  readonly word: (index: number) => number
  readonly text: (offset: number) => string
}

const KIND_OF_NUMBER = inverse<BtfKind>(BTF_KIND)
const ENCODING_OF_NUMBER = inverse<BtfInt['encoding']>(INT_ENCODING)
const LINKAGE_OF_NUMBER = inverse<keyof typeof LINKAGE>(LINKAGE)

/** Reads a type of a known kind. */
export function readType(from: TypeWords): BtfType {
  const { word, text } = from
  const info = word(1)
  const kind = KIND_OF_NUMBER.get(kindOfInfo(info)) ?? 'variable'
  const name = text(word(0))
  const sizeOrType = word(2)
  switch (kind) {
    case 'int':
      return readInt(from, name)
    case 'array':
      return { kind, element: word(3), index: word(4), count: word(5) }
    case 'struct':
    case 'union':
      return { kind, name, size: sizeOrType, members: readMembers(from) }
    case 'enum':
    case 'enum64':
      return { kind, name, size: sizeOrType, signed: flagOfInfo(info), values: readValues(from, kind) }
    case 'prototype':
      return { kind, result: sizeOrType, parameters: each(from, 2, (at) => ({ name: text(word(at)), type: word(at + 1) })) }
    case 'function':
      return { kind, name, type: sizeOrType, linkage: LINKAGE_OF_NUMBER.get(countOfInfo(info)) ?? 'static' }
    case 'forward':
      return { kind, name, of: flagOfInfo(info) ? 'union' : 'struct' }
    case 'variable':
    case 'section':
    case 'float':
    case 'declaration_tag':
      return { kind, name, sizeOrType }
    default:
      return { kind, name, type: sizeOrType }
  }
}

function readInt({ word }: TypeWords, name: string): BtfInt {
  const details = word(3)
  const size = word(2)
  const bits = details & 0xff
  const encoding = ENCODING_OF_NUMBER.get((details >>> 24) & 0x0f) ?? 'unsigned'
  return { kind: 'int', name, size, encoding, ...(bits === size * 8 ? {} : { bits }) }
}

function readMembers(from: TypeWords): BtfMember[] {
  const { word, text } = from
  const packed = flagOfInfo(word(1))
  return each(from, 3, (at) => {
    const place = word(at + 2)
    const [bitOffset, bitSize] = packed ? [place & 0xff_ffff, place >>> 24] : [place, 0]
    return { name: text(word(at)), type: word(at + 1), bitOffset, bitSize }
  })
}

function readValues(from: TypeWords, kind: 'enum' | 'enum64') {
  const { word, text } = from
  const signed = flagOfInfo(word(1))
  if (kind === 'enum') return each(from, 2, (at) => ({ name: text(word(at)), value: BigInt(signed ? word(at + 1) | 0 : word(at + 1)) }))
  return each(from, 3, (at) => {
    const bits = (BigInt(word(at + 2)) << 32n) | BigInt(word(at + 1))
    return { name: text(word(at)), value: signed ? BigInt.asIntN(64, bits) : bits }
  })
}

function each<T>({ word }: TypeWords, words: number, read: (at: number) => T): T[] {
  return Array.from({ length: countOfInfo(word(1)) }, (_, index) => read(3 + index * words))
}

function inverse<Name extends string>(table: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> {
  return new Map((Object.keys(table) as Name[]).map((name) => [table[name], name]))
}
