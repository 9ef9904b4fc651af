import { describe, expect, test } from 'vitest'
import { buildElf, type ImagePart } from '../../../test/support/elf-image.ts'
import { ByteWriter } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { memorySource } from '../elf/byte-source.ts'
import { readElf } from '../elf/elf-file.ts'
import { readGoBuildInfo } from './build-info.ts'

const ADDRESS = 0x600000n
const MODULES = [
  'path\texample.com/counter/cmd',
  'mod\texample.com/counter\t(devel)\t',
  'dep\tgolang.org/x/net\tv0.30.0\th1:x=',
  'dep\tgolang.org/x/sys\tv0.1.0\th1:y=',
  '=>\texample.com/fork\tv0.2.0\th1:z=',
  'build\t-buildmode=pie',
  'build\tCGO_ENABLED=0',
  '',
].join('\n')
const EXPECTED = {
  goVersion: 'go1.26.10',
  path: 'example.com/counter/cmd',
  main: { path: 'example.com/counter', version: '(devel)' },
  dependencies: [
    { path: 'golang.org/x/net', version: 'v0.30.0' },
    { path: 'example.com/fork', version: 'v0.2.0' },
  ],
  settings: new Map([
    ['-buildmode', 'pie'],
    ['CGO_ENABLED', '0'],
  ]),
}

const text = (value: string) => new TextEncoder().encode(value)
const framed = (modules: string) => Uint8Array.of(...new Uint8Array(16).fill(0xf0), ...text(modules), ...new Uint8Array(16).fill(0xf1))
const magic = (flags: number) => new ByteWriter().raw(Uint8Array.of(0xff)).raw(text(' Go buildinf:')).u8(8).u8(flags)

function inline(version: string, modules: Uint8Array): Uint8Array {
  const out = magic(2).zeros(16)
  for (const bytes of [text(version), modules])
    out
      .u8((bytes.length & 0x7f) | 0x80)
      .u8(bytes.length >> 7)
      .raw(bytes)
  return out.finish()
}

const read = (bytes: Uint8Array, options: Partial<ImagePart> & { sections?: boolean } = {}) => {
  const part: ImagePart = { name: '.go.buildinfo', bytes, address: ADDRESS, load: 'rw', ...options }
  return readGoBuildInfo(readElf(memorySource('image', buildElf({ sections: options.sections ?? true, parts: [part] }))))
}

describe('build information', () => {
  test('of Go 1.18 and later', () => {
    expect(read(inline('go1.26.10', framed(MODULES)))).toEqual(EXPECTED)
  })
  test('by pointers, before Go 1.18', () => {
    const modules = framed(MODULES)
    const out = magic(0)
      .u64(ADDRESS + 32n)
      .u64(ADDRESS + 48n)
    out
      .u64(ADDRESS + 64n)
      .u64(9n)
      .u64(ADDRESS + 80n)
      .u64(BigInt(modules.length))
    expect(read(out.raw(text('go1.26.10')).zeros(7).raw(modules).finish())).toEqual(EXPECTED)
  })
  test('in a file without section headers, behind other data', () => {
    const data = new ByteWriter()
      .zeros(48)
      .raw(inline('go1.26.10', framed(MODULES)))
      .finish()
    expect(read(data, { sections: false })).toEqual(EXPECTED)
  })
  test('of a program built without modules', () => {
    expect(read(inline('go1.19', new Uint8Array(0)))).toEqual({
      goVersion: 'go1.19',
      path: undefined,
      main: undefined,
      dependencies: [],
      settings: new Map(),
    })
  })
  test('a replaced main module', () => {
    expect(read(inline('go1.20', framed('mod\ta\tv1\n=>\tb\tv2\n')))?.main).toEqual({ path: 'b', version: 'v2' })
  })
  test('is absent in what Go did not build', () => {
    expect(read(new Uint8Array(100), { name: '.data' })).toBeUndefined()
    expect(read(new Uint8Array(100))).toBeUndefined()
  })
  test.each([
    ['a length beyond the data', magic(2).zeros(16).u8(0xff).u8(0x7f).finish()],
    ['an endless length', magic(2).zeros(16).raw(new Uint8Array(64).fill(0xff)).finish()],
    [
      'a string of a terabyte',
      magic(0)
        .u64(ADDRESS + 32n)
        .u64(ADDRESS + 32n)
        .u64(ADDRESS)
        .u64(1n << 40n)
        .finish(),
    ],
  ])('is an error with %s', (_name, bytes) => {
    expect(() => read(bytes)).toThrow(FormatError)
  })
})
