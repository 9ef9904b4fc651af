import { describe, expect, test } from 'vitest'
import { buildElf, symbolParts } from '../../../test/support/elf-image.ts'
import { fileOffset, virtualOffset } from '../../base/address.ts'
import { ByteWriter } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { memorySource } from './byte-source.ts'
import { readDynamic } from './dynamic.ts'
import { findSection, readElf, readSection, readVirtual } from './elf-file.ts'
import { readBuildId } from './notes.ts'
import { readPointer } from './relocations.ts'
import { toFileOffset, toVirtualOffset } from './segments.ts'
import { readSymbolTable, SYMBOL_TYPE } from './symbol-table.ts'
import { readImportedFrom } from './symbol-versions.ts'

const read = (bytes: Uint8Array) => readElf(memorySource('image', bytes))
const text = (value: string) => new TextEncoder().encode(value)
const valid = buildElf({ parts: [{ name: '.text', bytes: new Uint8Array(16), address: 0x1000n, load: 'rx' }] })
const patched = (at: number, ...bytes: number[]) => {
  const copy = valid.slice()
  copy.set(bytes, at)
  return copy
}

describe('what is refused', () => {
  test.each([
    ['an empty file', new Uint8Array(0), 'it is empty'],
    ['a text file', text('hello, world\n'), 'image: is not an ELF file'],
    ['a script', text('#!/bin/sh\necho\n'), 'it is a script'],
    ['two bytes', text('\x7fE'), 'is not an ELF file'],
    ['the magic alone', text('\x7fELF'), 'damaged ELF header'],
    ['a header cut short', valid.subarray(0, 40), 'truncated: 64 bytes wanted'],
    ['a 32-bit file', patched(4, 1), 'is a 32-bit ELF file'],
    ['a big-endian file', patched(5, 2), 'is a big-endian ELF file'],
    ['an unknown class', patched(4, 9), 'damaged ELF header'],
    ['program headers outside of the file', patched(32, 0, 0, 0, 1), 'truncated'],
    ['program headers of another size', patched(54, 32), 'program headers of 32 bytes'],
  ])('%s', (_name, bytes, problem) => {
    expect(() => read(bytes)).toThrow(FormatError)
    expect(() => read(bytes)).toThrow(problem)
  })
})

test('a section table outside of the file counts as none, since the kernel runs such a file', () => {
  expect(read(patched(40, 0, 0, 0, 1)).sections).toEqual([])
})

test('opening reads headers only', () => {
  const large = buildElf({ parts: [{ name: '.text', bytes: new Uint8Array(1 << 20), address: 0x1000n, load: 'rx' }] })
  const source = memorySource('large', large)
  const lengths: number[] = []
  const read = (offset: number, length: number) => {
    lengths.push(length)
    return source.read(offset, length)
  }
  readElf({ ...source, read })
  expect(lengths.reduce((a, b) => a + b)).toBeLessThan(1000)
})

describe('addresses and offsets', () => {
  // Two segments share a page of the file, as linkers lay them out; .bss is in memory only.
  const elf = read(
    buildElf({
      type: 2,
      parts: [
        { name: '.rodata', bytes: text('read only data'), address: 0x400000n, load: 'r' },
        { name: '.text', bytes: new Uint8Array([1, 2, 3, 4]), address: 0x401040n, load: 'rx' },
        { name: '.data', bytes: new Uint8Array(8), address: 0x402080n, load: 'rw', memorySize: 0x100 },
      ],
    }),
  )
  const offsetOf = (name: string) => findSection(elf, name)?.offset ?? 0

  test.each([
    ['the first byte of code', 0x401040n, offsetOf('.text')],
    ['the last byte of code', 0x401043n, offsetOf('.text') + 3],
    ['data', 0x402084n, offsetOf('.data') + 4],
    ['.bss', 0x402088n, undefined],
    ['between segments', 0x401000n, undefined],
    ['below all', 0x10n, undefined],
  ])('%s', (_name, address, offset) => {
    expect(toFileOffset(elf.segments, virtualOffset(address))).toBe(offset)
    if (offset !== undefined) expect(toVirtualOffset(elf.segments, fileOffset(offset))).toBe(address)
  })

  test('bytes at an address end with the segment', () => {
    expect(readVirtual(elf, virtualOffset(0x401042n), 100)).toEqual(Uint8Array.of(3, 4))
    expect(readVirtual(elf, virtualOffset(0x402090n), 1)).toBeUndefined()
  })
})

test('symbols', () => {
  const parts = symbolParts([
    { name: 'main.größe', type: SYMBOL_TYPE.object, address: 0x2000n, size: 8, section: 3 },
    { name: 'work', type: SYMBOL_TYPE.function, address: 0x1000n, size: 5 },
  ])
  const table = readSymbolTable(read(buildElf({ parts })), 'symbols')!
  const all = Array.from({ length: table.length }, (_, i) => [
    table.nameAt(i),
    table.typeAt(i),
    table.addressAt(i),
    table.sizeAt(i),
    table.sectionAt(i),
  ])
  expect(all).toEqual([
    ['', 0, 0n, 0, 0],
    ['main.größe', 1, 0x2000n, 8, 3],
    ['work', 2, 0x1000n, 5, 1],
  ])
})

test('a file without a symbol table', () => {
  expect(readSymbolTable(read(valid), 'symbols')).toBeUndefined()
})

test('an imported symbol tells its library by its version', () => {
  const dynamic = symbolParts(
    [
      { name: 'malloc', type: 2, section: 0 },
      { name: 'own', type: 2 },
      { name: 'libm.so.6', type: 0 },
    ],
    'dynsym',
  )
  const library = new TextDecoder().decode(dynamic[1]!.bytes).indexOf('libm.so.6')
  const needs = new ByteWriter().u16(1).u16(1).u32(library).u32(16).u32(0).u32(0).u16(0).u16(2).u32(0).u32(0).finish()
  const versions = new ByteWriter().u16(0).u16(2).u16(1).u16(1).finish()
  const elf = read(
    buildElf({
      parts: [
        ...dynamic,
        { name: '.gnu.version', bytes: versions, sectionType: 0x6fffffff },
        { name: '.gnu.version_r', bytes: needs, sectionType: 0x6ffffffe, link: '.dynstr', info: 1 },
      ],
    }),
  )
  const from = readImportedFrom(elf)
  expect([1, 2, 99].map(from)).toEqual(['libm.so.6', undefined, undefined])
})

describe('dynamic section', () => {
  const strings = text('\0libx.so.1\0libc.so.6\0')
  const entries = new ByteWriter()
  for (const [tag, value] of [
    [1, 11],
    [14, 1],
    [5, 0x3000],
    [10, strings.length],
    [7, 0x4000],
    [8, 24],
    [0, 0],
    [1, 1],
  ] as const) {
    entries.u64(BigInt(tag)).u64(BigInt(value))
  }
  const rela = new ByteWriter().u64(0x5000n).u64(8n).u64(0x1234n).finish()
  const parts = [
    { name: '.dynstr', bytes: strings, address: 0x3000n, load: 'r' as const },
    { name: '.rela.dyn', bytes: rela, address: 0x4000n, load: 'r' as const },
    { name: '.data', bytes: new ByteWriter().u64(0n).u64(0x77n).finish(), address: 0x5000n, load: 'rw' as const },
    { name: '.dynamic', bytes: entries.finish(), address: 0x6000n, load: 'rw' as const, segmentType: 2 },
  ]

  test.each([true, false])('is read by segments (with section headers: %s)', (sections) => {
    const dynamic = readDynamic(read(buildElf({ sections, parts })))
    expect(dynamic).toEqual({ soname: 'libx.so.1', needed: ['libc.so.6'], relocations: { address: 0x4000n, size: 24 } })
  })

  test('a pointer that is zero in the file is read from its relocation', () => {
    const elf = read(buildElf({ parts }))
    expect([0x5000n, 0x5008n, 0x9000n].map((at) => readPointer(elf, virtualOffset(at)))).toEqual([0x1234n, 0x77n, undefined])
    expect(readPointer(read(buildElf({ type: 2, parts })), virtualOffset(0x5000n))).toBe(0n)
  })
})

test('the build ID is found among other notes', () => {
  const notes = new ByteWriter()
  notes
    .u32(3)
    .u32(2)
    .u32(1)
    .raw(text('Go\0\0'))
    .raw(Uint8Array.of(9, 9, 0, 0))
  notes
    .u32(4)
    .u32(3)
    .u32(3)
    .raw(text('GNU\0'))
    .raw(Uint8Array.of(0xab, 0x0c, 0xff))
  expect(readBuildId(read(buildElf({ parts: [{ name: '.note', bytes: notes.finish(), segmentType: 4 }] })))).toBe('ab0cff')
  expect(readBuildId(read(valid))).toBeUndefined()
})

test('.bss has a size and no bytes', () => {
  const elf = read(buildElf({ parts: [{ name: '.bss', bytes: new Uint8Array(32), sectionType: 8 }] }))
  expect(readSection(elf, findSection(elf, '.bss')!)).toHaveLength(0)
})
