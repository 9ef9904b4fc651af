import { expect, test } from 'vitest'
import { isNop5, rewritesNop5 } from './nop5.ts'

test.each([
  ['6.17.13', false],
  ['6.18.0', true],
  ['6.18.44-fc-v669', true],
  ['7.0.1-generic', true],
  ['7.1', true],
  ['7.2.0-rc1', false],
  ['8.0.0', false],
  ['something else', true],
])('release %s', (release, answer) => {
  expect(rewritesNop5(release)).toBe(answer)
})

test('only this form of the nop is rewritten', () => {
  expect(isNop5(Uint8Array.of(0x0f, 0x1f, 0x44, 0, 0, 0xc3))).toBe(true)
  expect(isNop5(Uint8Array.of(0x0f, 0x1f, 0x44, 0, 8))).toBe(false)
  expect(isNop5(Uint8Array.of(0x0f, 0x1f, 0x44, 0))).toBe(false)
})
