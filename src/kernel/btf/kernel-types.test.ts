/**
 * Types of BTF as types of scripts: bit fields, anonymous parts, texts, tags, modules; and what is not there.
 */
import { expect, test } from 'vitest'
import { Btf } from '../../format/btf/btf.ts'
import { BtfBuilder } from '../../format/btf/btf-builder.ts'
import type { BtfMember, BtfWritableType } from '../../format/btf/btf-type.ts'
import type { RecordType } from '../../spec/types/type.ts'
import { createKernelTypes } from './kernel-types.ts'

const field = (name: string, type: number, bitOffset: number, bitSize = 0): BtfMember => ({ name, type, bitOffset, bitSize })

const TYPES: readonly BtfWritableType[] = [
  /* 1 */ { kind: 'int', name: 'int', size: 4, encoding: 'signed' },
  /* 2 */ { kind: 'int', name: 'char', size: 1, encoding: 'unsigned' },
  /* 3 */ { kind: 'array', element: 2, index: 1, count: 16 },
  /* 4 */ { kind: 'union', name: '', size: 4, members: [field('low', 1, 0, 3), field('high', 1, 3, 29)] },
  /* 5 */ { kind: 'type_tag', name: 'user', type: 2 },
  /* 6 */ { kind: 'pointer', name: '', type: 5 },
  /* 7 */ { kind: 'forward', name: 'later', of: 'struct' },
  /* 8 */ { kind: 'pointer', name: '', type: 7 },
  /* 9 */ { kind: 'enum', name: 'colour', size: 4, signed: false, values: [{ name: 'RED', value: 7n }] },
  /* 10 */ {
    kind: 'struct',
    name: 'task',
    size: 64,
    members: [
      field('pid', 1, 0),
      field('', 4, 32),
      field('comm', 3, 64),
      field('text', 6, 192),
      field('next', 8, 256),
      field('hue', 9, 320),
    ],
  },
  /* 11 */ { kind: 'typedef', name: 'number', type: 1 },
  /* 12 */ {
    kind: 'prototype',
    result: 0,
    parameters: [
      { name: '__data', type: 6 },
      { name: 'task', type: 8 },
    ],
  },
  /* 13 */ { kind: 'pointer', name: '', type: 12 },
  /* 14 */ { kind: 'typedef', name: 'btf_trace_event', type: 13 },
  /* 15 */ { kind: 'struct', name: 'later', size: 4, members: [field('value', 1, 0)] },
]

function bytesOf(types: readonly BtfWritableType[]): Uint8Array {
  const builder = new BtfBuilder()
  for (const type of types) builder.add(type)
  return builder.finish()
}

/** A module with one struct, whose names go on behind those of its base. */
function moduleOf(base: Btf): Btf {
  const bytes = bytesOf([{ kind: 'struct', name: 'of_module', size: 8, members: [field('number', 1, 0)] }])
  const [words, baseWords] = [new DataView(bytes.buffer), new DataView(bytesOf(TYPES).buffer)]
  for (const name of [24, 36]) words.setUint32(name, words.getUint32(name, true) + baseWords.getUint32(20, true), true)
  return new Btf(bytes, 'module', base)
}

const types = createKernelTypes([new Btf(bytesOf(TYPES), 'test')], (base) => [{ name: 'modular', btf: moduleOf(base) }])
const task = types.findType('struct task') as RecordType

test('types by name', () => {
  expect(task).toMatchObject({ kind: 'record', name: 'struct task', size: 64, from: 'kernel' })
  expect(types.findType('number')).toEqual({ kind: 'int', size: 4, signed: true })
  expect(types.findType('enum colour')).toMatchObject({ kind: 'int', size: 4, enumeration: { name: 'colour' } })
  expect(types.findType('struct nosuch')).toBeUndefined()
})

test('members: numbers, texts, bit fields of anonymous parts, pointers by their space', () => {
  const member = (name: string) => types.findMember(task, name)
  expect(member('pid')).toEqual({ offset: 0, type: { kind: 'int', size: 4, signed: true } })
  expect(member('high')).toEqual({ offset: 4, type: { kind: 'int', size: 4, signed: true }, bits: { offset: 3, size: 29 } })
  expect(member('comm')).toEqual({ offset: 8, type: { kind: 'string', size: 16 } })
  expect(member('text')).toMatchObject({ type: { kind: 'pointer', to: { kind: 'int', size: 1, signed: true }, space: 'user' } })
  expect(member('next')).toMatchObject({ type: { kind: 'pointer', to: { kind: 'record', name: 'struct later' }, space: 'kernel' } })
  expect(member('com')).toMatchObject({ kind: 'miss', nearest: ['comm'] })
  expect(types.membersOf(task).map(({ name }) => name)).toEqual(['pid', 'low', 'high', 'comm', 'text', 'next', 'hue'])
})

test('what is declared in one place is looked for where it is defined', () => {
  const next = types.findMember(task, 'next')
  const later = 'type' in next && typeof next.type === 'object' && next.type.kind === 'pointer' ? (next.type.to as RecordType) : task
  expect(types.findMember(later, 'value')).toEqual({ offset: 0, type: { kind: 'int', size: 4, signed: true } })
})

test('constants by name are whole words', () => {
  expect(types.findEnumerator('RED')).toMatchObject({ value: 7n, type: { size: 8, enumeration: { name: 'colour' } } })
  expect(types.findEnumerator('GREEN')).toBeUndefined()
})

test('raw tracepoints: what they are called with, without what is their own', () => {
  const event = { module: 'vmlinux', event: 'event' }
  const [found] = types.findRawTracepoints('*', 'event')
  expect(found?.parameters()).toMatchObject([{ name: 'task', offset: 0, type: { kind: 'pointer', to: { name: 'struct later' } } }])
  expect(types.findRawTracepoints('*', 'event')).toMatchObject([event])
  expect(types.findRawTracepoints('vmlinux', 'ev*')).toMatchObject([event])
  expect(types.findRawTracepoints('modular', '*')).toEqual([])
  expect(types.findRawTracepoints('*', 'nosuch')).toEqual([])
})

test('types of modules, and members of them that the kernel describes', () => {
  const record = types.findType('struct of_module') as RecordType
  expect(record).toMatchObject({ kind: 'record', size: 8, from: 'kernel' })
  expect(types.findMember(record, 'number')).toEqual({ offset: 0, type: { kind: 'int', size: 4, signed: true } })
})

test('declarations in C, by pattern', () => {
  const declarations = types.findDeclarations('struct *')
  expect(declarations.map(({ name, module }) => [name, module])).toEqual([
    ['struct later', 'vmlinux'],
    ['struct of_module', 'modular'],
    ['struct task', 'vmlinux'],
  ])
  expect(declarations.at(-1)?.declaration()).toBe(`struct task {
\tint pid;
\tunion {
\t\tint low: 3;
\t\tint high: 29;
\t};
\tchar comm[16];
\tchar *text;
\tstruct later *next;
\tenum colour hue;
}`)
  expect(types.findDeclarations('enum colour')[0]?.declaration()).toBe('enum colour {\n\tRED = 7,\n}')
})
