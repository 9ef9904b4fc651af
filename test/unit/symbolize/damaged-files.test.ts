/**
 * Bytes that were cut or changed give results or a `FormatError`: no other error, and no endless loop.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteWriter } from '../../../src/base/bytes.ts'
import { FormatError } from '../../../src/base/errors.ts'
import { memorySource } from '../../../src/format/elf/byte-source.ts'
import { readDynamic } from '../../../src/format/elf/dynamic.ts'
import { type ElfFile, readElf } from '../../../src/format/elf/elf-file.ts'
import { readBuildId } from '../../../src/format/elf/notes.ts'
import { readGoBuildInfo } from '../../../src/format/gosym/build-info.ts'
import { readGoFunctions } from '../../../src/format/gosym/find-pclntab.ts'
import { GoFrames } from '../../../src/format/gosym/go-frames.ts'
import { readFunctions } from '../../../src/symbolize/function-list.ts'
import { findLibrary, readLibraryCache } from '../../../src/symbolize/library-cache.ts'
import { dataNames, findAddressSymbol, findImport } from '../../../src/symbolize/other-symbols.ts'
import { buildElf, type ImagePart, symbolParts } from '../../support/elf-image.ts'
import { buildPclntab } from '../../support/pclntab-image.ts'

const TEXT = 0x401000n
const functions = [
  { name: 'main.main', entry: TEXT },
  { name: 'main.größe', entry: TEXT + 16n },
]
const text = (value: string) => new TextEncoder().encode(value)

function goImage(version: '1.2' | '1.16' | '1.18' | '1.20', sections: boolean): Uint8Array {
  const table = buildPclntab({ version, functions, end: TEXT + 32n, text: TEXT })
  const info = new ByteWriter().u8(0xff).raw(text(' Go buildinf:')).u8(8).u8(2).zeros(16).u8(6).raw(text('go1.26')).u8(0)
  const dynamic = new ByteWriter()
  for (const word of [7, 0x500000, 8, 48, 5, 0x500000, 10, 48, 1, 3, 0, 0]) dynamic.u64(BigInt(word))
  const parts: ImagePart[] = [
    { name: '.text', bytes: new Uint8Array(64), address: TEXT, load: 'rx' },
    { name: '.gopclntab', bytes: table, address: 0x500000n, load: 'r' },
    { name: '.go.buildinfo', bytes: info.finish(), address: 0x600000n, load: 'rw' },
    { name: '.dynamic', bytes: dynamic.finish(), address: 0x601000n, load: 'rw', segmentType: 2 },
    { name: '.note', bytes: new ByteWriter().u32(4).u32(4).u32(3).raw(text('GNU\0abcd')).finish(), segmentType: 4 },
    ...symbolParts(
      [
        { name: 'puts', type: 2, section: 0 },
        { name: 'own', type: 2 },
        { name: 'counter', type: 1 },
      ],
      'dynsym',
    ),
    { name: '.gnu.version', bytes: new ByteWriter().u16(0).u16(2).u16(1).u16(1).finish(), sectionType: 0x6fffffff },
    {
      name: '.gnu.version_r',
      bytes: new ByteWriter().u16(1).u16(1).u32(1).u32(16).u32(0).u32(0).u16(0).u16(2).u32(0).u32(0).finish(),
      sectionType: 0x6ffffffe,
      link: '.dynstr',
      info: 1,
    },
  ]
  return buildElf({ sections, parts })
}

const IMAGES = (['1.2', '1.16', '1.18', '1.20'] as const).flatMap((version) => [goImage(version, true), goImage(version, false)])

function readAll(bytes: Uint8Array): void {
  const elf = readElf(memorySource('image', bytes))
  const reads = [
    () => readFunctions(elf, true).all,
    () => readGoFrames(elf),
    () => readGoBuildInfo(elf),
    () => readDynamic(elf),
    () => readBuildId(elf),
    () => findImport(elf, 'puts'),
    () => findAddressSymbol(elf, 'counter'),
    () => dataNames(elf),
  ]
  for (const read of reads) withFormatErrors(read)
}

function readGoFrames(elf: ElfFile): void {
  const table = readGoFunctions(elf)
  if (table === undefined) return
  const frames = new GoFrames(elf, table)
  for (const { entry } of functions) withFormatErrors(() => frames.find(Number(entry) + 3))
}

function withFormatErrors(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError)
  }
}

/** Which image, bytes to change, and how many to keep. */
const DAMAGE = fc.record({
  image: fc.nat(IMAGES.length - 1),
  changes: fc.array(fc.record({ at: fc.nat(), value: fc.constantFrom(0, 1, 2, 7, 8, 0x40, 0x7f, 0x80, 0xf0, 0xff) }), { maxLength: 12 }),
  keep: fc.oneof({ arbitrary: fc.constant(1), weight: 4 }, { arbitrary: fc.double({ min: 0, max: 1, noNaN: true }), weight: 1 }),
})

test('the images are whole before they are damaged', () => {
  for (const image of IMAGES) {
    const found = readFunctions(readElf(memorySource('image', image)), true)
    expect(found.named('main.größe').map(({ address }) => address)).toEqual([TEXT + 16n])
  }
})

test('damaged ELF files and Go tables', () => {
  fc.assert(
    fc.property(DAMAGE, ({ image, changes, keep }) => {
      const bytes = (IMAGES[image] as Uint8Array).slice()
      for (const { at, value } of changes) bytes[at % bytes.length] = value
      withFormatErrors(() => readAll(bytes.subarray(0, Math.floor(bytes.length * keep))))
    }),
    { numRuns: 3000 },
  )
})

test('headers damaged byte by byte', () => {
  for (const image of IMAGES.slice(-2)) {
    for (let at = 0; at < 64 + 56 * 6; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bytes = image.slice()
        bytes[at] = value
        withFormatErrors(() => readAll(bytes))
      }
    }
  }
})

test('damaged library caches', () => {
  const cache = new ByteWriter().raw(text('glibc-ld.so.cache1.1')).u32(1).u32(20).zeros(20)
  cache.u32(0x303).u32(72).u32(82).u32(0).u64(0n).raw(text('libc.so.6\0/lib/libc.so.6\0'))
  const whole = cache.finish()
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.nat(255), (keep, at, value) => {
      const bytes = whole.slice()
      bytes[at] = value
      withFormatErrors(() => findLibrary(readLibraryCache(bytes.subarray(0, keep)), 'libc'))
    }),
  )
})
