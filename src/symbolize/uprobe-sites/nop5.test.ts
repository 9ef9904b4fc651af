import { expect, test } from 'vitest'
import { isNop5, rewritesNop5 } from './nop5.ts'

test.each([
  [6, 17, false],
  [6, 18, true],
  [7, 1, true],
  [7, 2, false],
  [8, 0, false],
])('Linux %i.%i: %s', (major, minor, answer) => {
  expect(rewritesNop5([major, minor])).toBe(answer)
})

test('only this form of the nop is rewritten', () => {
  expect(isNop5(Uint8Array.of(0x0f, 0x1f, 0x44, 0, 0, 0xc3))).toBe(true)
  expect(isNop5(Uint8Array.of(0x0f, 0x1f, 0x44, 0, 8))).toBe(false)
  expect(isNop5(Uint8Array.of(0x0f, 0x1f, 0x44, 0))).toBe(false)
})
