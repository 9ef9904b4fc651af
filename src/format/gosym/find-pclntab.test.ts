import { describe, expect, test } from 'vitest'
import { buildElf, type ImagePart } from '../../../test/support/elf-image.ts'
import { buildPclntab, type PclntabImage } from '../../../test/support/pclntab-image.ts'
import { ByteWriter } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { memorySource } from '../elf/byte-source.ts'
import { readElf } from '../elf/elf-file.ts'
import { readGoFunctions } from './find-pclntab.ts'

const TEXT = 0x401000n
const TABLE = 0x500000n
const MODULEDATA = 0x600080n
const FUNCTIONS = [
  { name: 'runtime.text', entry: TEXT },
  { name: 'type:.eq.größe·1', entry: TEXT + 0x20n },
  { name: 'main.(*T[...]).Get', entry: TEXT + 0x48n },
]
const END = TEXT + 0x60n

const code: ImagePart = { name: '.text', bytes: new Uint8Array(0x60), address: TEXT, load: 'rx' }
const table = (image: Partial<PclntabImage>): Uint8Array =>
  buildPclntab({ version: '1.20', functions: FUNCTIONS, end: END, text: TEXT, ...image })
const tablePart = (bytes: Uint8Array, name = '.gopclntab'): ImagePart => ({ name, bytes, address: TABLE, load: 'r' })

interface Listed {
  readonly name: string
  readonly entry: bigint
  readonly end: bigint
}

function list(parts: readonly ImagePart[], options: { sections?: boolean; type?: number } = {}): readonly Listed[] | undefined {
  const go = readGoFunctions(readElf(memorySource('image', buildElf({ type: 2, ...options, parts }))))
  return go && Array.from({ length: go.length }, (_, i) => ({ name: go.nameAt(i), entry: BigInt(go.entryAt(i)), end: BigInt(go.endAt(i)) }))
}

const EXPECTED = FUNCTIONS.map((symbol, index) => ({ ...symbol, end: FUNCTIONS[index + 1]?.entry ?? END }))

describe('every version of the table', () => {
  test.each(['1.2', '1.16', '1.18', '1.20'] as const)('Go %s', (version) => {
    expect(list([code, tablePart(table({ version }))])).toEqual(EXPECTED)
  })
})

describe('where the table lies', () => {
  const bytes = table({})
  const inTheMiddle = new ByteWriter().zeros(0x40).u32(0xfffffff1).zeros(0x3c).raw(bytes).finish()
  test('in the section of an internally linked PIE', () => {
    expect(list([code, tablePart(bytes, '.data.rel.ro.gopclntab')])).toEqual(EXPECTED)
  })
  test('in the middle of .data.rel.ro, behind something that looks like a table', () => {
    expect(list([code, tablePart(inTheMiddle, '.data.rel.ro')])).toEqual(EXPECTED)
  })
  test('in a file without section headers', () => {
    expect(list([code, tablePart(bytes)], { sections: false })).toEqual(EXPECTED)
  })
  test('nowhere', () => {
    expect(list([code])).toBeUndefined()
  })
})

/** The words of `runtime.moduledata` that matter: where the table is, and minpc, maxpc, text, etext. */
function moduledata(words: readonly [table: bigint, minPc: bigint, maxPc: bigint, text: bigint, textEnd: bigint]): Uint8Array {
  const out = new ByteWriter().u64(words[0]).zeros(152)
  for (const word of words.slice(1)) out.u64(word as bigint)
  return out.zeros(64).finish()
}

describe('the text start when the header leaves it out (Go 1.26 and later)', () => {
  const bare = tablePart(table({ headerText: 0n }))
  const words = moduledata([TABLE, TEXT, END, TEXT, END])
  const module: ImagePart = { name: '.go.module', bytes: words, address: MODULEDATA, load: 'rw' }

  test('is in section .go.module', () => {
    expect(list([code, bare, module])).toEqual(EXPECTED)
  })
  test('is found by the pointer to the table, without section headers', () => {
    const data = new ByteWriter().zeros(24).u64(TABLE).zeros(32).raw(words).finish()
    expect(list([code, bare, { ...module, bytes: data }], { sections: false })).toEqual(EXPECTED)
  })
  test('is in the relocations of a PIE whose data is zero', () => {
    const relative = (at: bigint, value: bigint) => [at, 8n, value]
    const rela = new ByteWriter()
    const values = [0n, 160n, 168n, 176n, 184n].map((at, i) => relative(MODULEDATA + at, [TABLE, TEXT, END, TEXT, END][i] as bigint))
    for (const word of values.flat()) rela.u64(word)
    const dynamic = new ByteWriter()
    for (const word of [7, 0x700000, 8, 24 * 5, 0, 0]) dynamic.u64(BigInt(word))
    const parts: ImagePart[] = [
      code,
      bare,
      { ...module, bytes: new Uint8Array(words.length) },
      { name: '.rela', bytes: rela.finish(), address: 0x700000n, load: 'r' },
      { name: '.dynamic', bytes: dynamic.finish(), address: 0x700200n, load: 'rw', segmentType: 2 },
    ]
    expect(list(parts, { type: 3 })).toEqual(EXPECTED)
    expect(list(parts, { type: 3, sections: false })).toEqual(EXPECTED)
  })
  test.each([
    ['there is no module data', []],
    ['its text is no code', [{ ...module, bytes: moduledata([TABLE, 0x10n, 0x20n, 0x10n, 0x20n]) }]],
    ['its bounds are out of order', [{ ...module, bytes: moduledata([TABLE, END, TEXT, TEXT, END]) }]],
    ['it belongs to another table', [{ ...module, bytes: moduledata([TABLE + 8n, TEXT, END, TEXT, END]) }]],
  ])('is an error when %s', (_name, parts) => {
    expect(() => list([code, bare, ...parts])).toThrow(FormatError)
  })
})

describe('a damaged table in its own section is an error', () => {
  const good = table({})
  const damaged = (at: number, ...bytes: number[]) => {
    const copy = good.slice()
    copy.set(bytes, at)
    return copy
  }
  test.each([
    ['another magic', damaged(0, 0x00)],
    ['32-bit pointers', damaged(7, 4)],
    ['cut off in the header', good.subarray(0, 40)],
    ['cut off in the index', good.subarray(0, good.length - 60)],
    ['more functions than bytes', damaged(8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['no functions', damaged(8, 0)],
    ['entries out of order', table({ functions: [...FUNCTIONS].reverse() })],
    ['records outside', damaged(good.length - 16 * 3 - 4 - 4, 0xff, 0xff)],
  ])('%s', (_name, bytes) => {
    expect(() => list([code, tablePart(bytes)])).toThrow(FormatError)
  })
})
