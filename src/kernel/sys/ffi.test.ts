import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { NotSupportedError } from '../../base/errors.ts'
import { loadFfi, openFfi, requireKoffi } from './ffi.ts'

test('a missing native part is one clear sentence with a remedy', () => {
  const open = () =>
    openFfi(() => {
      throw new Error('Cannot find the native Koffi module')
    })
  expect(open).toThrow(NotSupportedError)
  expect(open).toThrow(`calling the kernel is not supported here: the native part of koffi for linux-${process.arch} is not installed`)
  expect(open).toThrow(
    expect.objectContaining({ remedy: `install the optional dependency: npm install @koromix/koffi-linux-${process.arch}` }),
  )
})

test('pages are a power of two of at least 4 KiB', () => {
  const size = loadFfi().pageSize()
  expect(size).toBeGreaterThanOrEqual(4096)
  expect(Math.log2(size) % 1).toBe(0)
})

test('an address is where the bytes really are', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4)
  const ffi = loadFfi()
  const seen = new Uint8Array(ffi.viewOf(Number(ffi.addressOf(bytes)), 4))
  expect([...seen]).toEqual([1, 2, 3, 4])
  bytes[0] = 9
  expect(seen[0]).toBe(9)
})

test('the native part is taken by its name where it can be seen, and from koffi elsewhere', () => {
  const asked: string[] = []
  const native = { load: () => {} }
  requireKoffi((name) => {
    asked.push(name)
    return native
  })
  expect(asked).toEqual([expect.stringMatching(/^@koromix\/koffi-linux-\w+\/linux_\w+\/koffi\.node$/)])
  const found = requireKoffi((name) => {
    if (name !== 'koffi') throw new Error(`Cannot find module ${name}`)
    return native
  })
  expect(found).toBe(native)
})

test('the native part is where it is looked for', () => {
  const require = createRequire(import.meta.url)
  expect(requireKoffi((name) => (name === 'koffi' ? {} : require(name)))).toHaveProperty('load')
})
