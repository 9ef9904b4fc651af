import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../base/bytes.ts'
import { findLibrary, readLibraryCache } from './library-cache.ts'

const text = (value: string) => new TextEncoder().encode(value)

interface Entry {
  readonly name: string
  readonly path: string
  readonly flags?: number
  readonly hwcap?: bigint
}

function cache(entries: readonly Entry[], before = new Uint8Array(0)): Uint8Array {
  const strings = new ByteWriter()
  const start = 48 + entries.length * 24
  const out = new ByteWriter().raw(text('glibc-ld.so.cache1.1')).u32(entries.length).u32(0).zeros(20)
  for (const { name, path, flags, hwcap } of entries) {
    out.u32(flags ?? 0x303).u32(start + strings.length)
    strings.raw(text(`${name}\0`))
    out
      .u32(start + strings.length)
      .u32(0)
      .u64(hwcap ?? 0n)
    strings.raw(text(`${path}\0`))
  }
  return new ByteWriter().raw(before).raw(out.finish()).raw(strings.finish()).finish()
}

const ENTRIES: Entry[] = [
  { name: 'libc.so.6', path: '/lib32/libc.so.6', flags: 3 },
  { name: 'libc.so.6', path: '/fast/libc.so.6', hwcap: 1n << 62n },
  { name: 'libc.so.6', path: '/lib/libc.so.6' },
  { name: 'libssl.so.3', path: '/lib/libssl.so.3' },
  { name: 'libssl.so.1.1', path: '/lib/libssl.so.1.1' },
]

describe.each([
  ['alone', cache(ENTRIES)],
  ['behind the old format', cache(ENTRIES, text('ld.so-1.7.0\0\0\0\0\0'))],
])('a cache %s', (_name, bytes) => {
  const libraries = readLibraryCache(bytes)
  test.each([
    ['libc.so.6', '/lib/libc.so.6'],
    ['libc', '/lib/libc.so.6'],
    ['libc.so', '/lib/libc.so.6'],
    ['libssl.so.1.1', '/lib/libssl.so.1.1'],
    ['libssl', '/lib/libssl.so.3'],
    ['libs', undefined],
  ])('%s is %s', (name, path) => {
    expect(findLibrary(libraries, name)).toBe(path)
  })
})

test('something else is an empty cache', () => {
  expect(readLibraryCache(text('grrr')).entries).toEqual([])
})
