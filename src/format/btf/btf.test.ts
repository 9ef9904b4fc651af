/**
 * BTF written and read again, the words of a few types against the format's document, and bytes that are no BTF.
 */
import { expect, test } from 'vitest'
import { FormatError } from '../../base/errors.ts'
import { Btf } from './btf.ts'
import { BtfBuilder } from './btf-builder.ts'
import type { BtfStruct, BtfWritableType } from './btf-type.ts'
import { findMember, memberNames } from './find-member.ts'
import { encodeFunctionInfo, encodeLineInfo } from './program-info.ts'
import { sizeOfType } from './type-size.ts'

const INT: BtfWritableType = { kind: 'int', name: 'int', size: 4, encoding: 'signed' }

/** One type of each kind that is written, each after what it refers to. */
const TYPES: readonly BtfWritableType[] = [
  INT,
  { kind: 'int', name: 'flag', size: 1, encoding: 'bool' },
  { kind: 'int', name: 'nibble', size: 1, encoding: 'unsigned', bits: 4 },
  { kind: 'pointer', name: '', type: 1 },
  { kind: 'array', element: 1, index: 1, count: 7 },
  { kind: 'struct', name: 'pair', size: 8, members: [{ name: 'a', type: 1, bitOffset: 0, bitSize: 0 }] },
  {
    kind: 'union',
    name: '',
    size: 4,
    members: [
      { name: 'low', type: 1, bitOffset: 0, bitSize: 3 },
      { name: 'high', type: 1, bitOffset: 3, bitSize: 29 },
    ],
  },
  { kind: 'enum', name: 'colour', size: 4, signed: true, values: [{ name: 'RED', value: -1n }] },
  { kind: 'enum64', name: 'wide', size: 8, signed: false, values: [{ name: 'MANY', value: 0xffff_ffff_0000_0001n }] },
  { kind: 'forward', name: 'later', of: 'union' },
  { kind: 'typedef', name: 'number', type: 1 },
  { kind: 'const', name: '', type: 11 },
  { kind: 'prototype', result: 0, parameters: [{ name: 'ctx', type: 4 }] },
  { kind: 'function', name: 'main', type: 13, linkage: 'global' },
  { kind: 'type_tag', name: 'user', type: 1 },
]

function btfOf(types: readonly BtfWritableType[], base?: Btf): Btf {
  const builder = new BtfBuilder()
  for (const type of types) builder.add(type)
  return new Btf(builder.finish(), 'test', base)
}

test('what is written is read again, in order, and there is no more', () => {
  const btf = btfOf(TYPES)
  expect(TYPES.map((_, index) => btf.type(index + 1))).toEqual(TYPES)
  expect(btf.lastId).toBe(TYPES.length)
  expect(btf.type(0)).toBeUndefined()
  expect(() => btf.type(TYPES.length + 1)).toThrow(FormatError)
})

test('equal types have one number, and equal strings one offset', () => {
  const builder = new BtfBuilder()
  expect([builder.add(INT), builder.add({ kind: 'pointer', name: '', type: 1 }), builder.add({ ...INT })]).toEqual([1, 2, 1])
  expect(builder.string('int')).toBe(1)
  expect(builder.string('')).toBe(0)
})

test('the words are those of the format', () => {
  const words = (type: BtfWritableType) => {
    const builder = new BtfBuilder()
    builder.add(type)
    return wordsBehindHeader(builder.finish())
  }
  // name, info (kind 1), size, encoding and bits
  expect(words(INT)).toEqual([1, 0x0100_0000, 4, 0x0100_0020])
  // kind_flag, kind 5, one member; size; name, type, size in the upper 8 bits of the place
  expect(words({ kind: 'union', name: '', size: 4, members: [{ name: 'b', type: 0, bitOffset: 5, bitSize: 3 }] })).toEqual([
    ...[0, 0x8500_0001, 4],
    ...[1, 0, 0x0300_0005],
  ])
})

function wordsBehindHeader(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer)
  return Array.from({ length: view.getUint32(12, true) / 4 }, (_, index) => view.getUint32(24 + index * 4, true))
}

test('names are found by kind, and only whole', () => {
  const btf = btfOf(TYPES)
  expect(btf.find('struct', 'pair')).toBe(6)
  expect(btf.find('typedef', 'pair')).toBeUndefined()
  expect(btf.find('struct', 'pai')).toBeUndefined()
  expect(btf.find('function', 'main')).toBe(14)
  expect(btf.names('int')).toEqual(['int', 'flag', 'nibble'])
})

test.for<[type: number, size: number | undefined]>([
  [1, 4],
  [4, 8],
  [5, 28],
  [6, 8],
  [12, 4],
  [9, 8],
  [0, undefined],
  [10, undefined],
  [14, undefined],
])('size of type %i: %s', ([type, size]) => expect(sizeOfType(btfOf(TYPES), type)).toBe(size))

test('members of anonymous structs and unions count as those of the outer one', () => {
  const inner: BtfWritableType = { kind: 'union', name: '', size: 4, members: [{ name: 'deep', type: 1, bitOffset: 5, bitSize: 3 }] }
  const outer: BtfStruct = {
    kind: 'struct',
    name: 'outer',
    size: 12,
    members: [
      { name: 'first', type: 1, bitOffset: 0, bitSize: 0 },
      { name: '', type: 2, bitOffset: 32, bitSize: 0 },
      { name: 'last', type: 1, bitOffset: 64, bitSize: 0 },
    ],
  }
  const btf = btfOf([INT, inner, outer])
  expect(findMember(btf, outer, 'deep')).toEqual({ name: 'deep', type: 1, bitOffset: 37, bitSize: 3 })
  expect(findMember(btf, outer, 'last')?.bitOffset).toBe(64)
  expect(findMember(btf, outer, '')).toMatchObject({ bitOffset: 32 })
  expect(memberNames(btf, outer)).toEqual(['first', 'deep', 'last'])
})

test('a module counts its types and strings on from those of the kernel', () => {
  const base = btfOf(TYPES)
  const builder = new BtfBuilder()
  builder.add({ kind: 'struct', name: 'own', size: 4, members: [] })
  const bytes = builder.finish()
  const own = new DataView(bytes.buffer)
  const baseStrings = new DataView(builderOf(TYPES).buffer).getUint32(20, true)
  own.setUint32(24, own.getUint32(24, true) + baseStrings, true)
  const module = new Btf(bytes, 'module', base)
  expect(module.find('struct', 'own')).toBe(TYPES.length + 1)
  expect(module.find('struct', 'pair')).toBe(6)
  expect(module.type(6)).toEqual(TYPES[5])
  expect(module.type(TYPES.length + 1)).toMatchObject({ name: 'own' })
  expect(module.names('struct')).toEqual(['own', 'pair'])
})

function builderOf(types: readonly BtfWritableType[]): Uint8Array {
  const builder = new BtfBuilder()
  for (const type of types) builder.add(type)
  return builder.finish()
}

test('whatever is cut off or changed is refused or read, and nothing hangs', () => {
  const whole = builderOf(TYPES)
  for (let length = 0; length < whole.length; length++)
    expect(() => new Btf(whole.slice(0, length), 'cut').lastId, `${length} bytes`).toThrow(FormatError)
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice()
    changed[at] = 0xff
    try {
      const btf = new Btf(changed, 'changed')
      for (let id = 1; id <= btf.lastId; id++) {
        btf.type(id)
        sizeOfType(btf, id)
      }
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError)
    }
  }
})

test('records of functions and lines', () => {
  expect(new Uint32Array(encodeFunctionInfo([{ slot: 3, type: 9 }]).buffer)).toEqual(Uint32Array.of(3, 9))
  const line = { slot: 1, file: 2, text: 3, line: 5, column: 7 }
  expect(new Uint32Array(encodeLineInfo([line, { ...line, column: 5000 }]).buffer)).toEqual(
    Uint32Array.of(1, 2, 3, (5 << 10) | 7, 1, 2, 3, (5 << 10) | 1023),
  )
})
