import { expect, test } from 'vitest'
import { goRelease, goroutineLayout, hasRegisterAbi } from './runtime-layout.ts'

test.each([
  ['go1.16.15', 16, 152, 192, false],
  ['go1.19.8', 19, 152, 192, true],
  ['go1.22', 22, 152, 192, true],
  ['go1.23.5', 23, 160, 192, true],
  ['go1.24.4', 24, 160, 192, true],
  ['go1.25.1', 25, 152, 184, true],
  ['go1.27.3 X:nodwarf5', 27, 152, 184, true],
])('%s', (version, release, goid, curg, registers) => {
  expect(goRelease(version)).toBe(release)
  expect(goroutineLayout(release)).toEqual({ goid, m: 48, curg })
  expect(hasRegisterAbi(release)).toBe(registers)
})

test('what is not known', () => {
  expect(goroutineLayout(28)).toBeUndefined()
  expect(goRelease('devel +abc')).toBeUndefined()
  expect(goRelease('')).toBeUndefined()
})
