/**
 * Addresses against what Node takes for one, and against the forms of inet_ntop(3).
 */
import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inetText, macText, parseAddress } from './network-address.ts'

/** An address as `ntop` of a script stores it. */
function textOf(address: Uint8Array): string {
  const bytes = new Uint8Array(24)
  bytes[0] = address.length === 4 ? 2 : 10
  bytes.set(address, 8)
  return inetText(bytes)
}

test.each([
  ['0.0.0.0', '0.0.0.0'],
  ['255.1.20.3', '255.1.20.3'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['FE80::0:0:1', 'fe80::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
  ['::1.2.3.4', '::1.2.3.4'],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
])('%s is read, and written as %s', (text, written) => {
  expect(textOf(parseAddress(text)!)).toBe(written)
})

test.each([
  '',
  '1.2.3',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.4.5',
  '1:2',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  'g::',
  '1.2.3.4::',
  '1.2.3.4:5::6',
  '::1.2.3.4:5',
  ':1:2:3:4:5:6:7',
])('%s is no address', (text) => {
  expect(isIP(text)).toBe(0)
  expect(parseAddress(text)).toBeUndefined()
})

test('what is written is an address, and is read as the same', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.array(fc.oneof(fc.constant(0), fc.nat(255)), { minLength: 16, maxLength: 16 }).map((array) => Uint8Array.from(array)),
  )
  fc.assert(
    fc.property(bytes, (address) => {
      const text = textOf(address)
      expect(isIP(text)).toBe(address.length === 4 ? 4 : 6)
      expect(parseAddress(text)).toEqual(address)
    }),
  )
})

test('a family that is neither, and hardware addresses', () => {
  expect(inetText(new Uint8Array(24))).toBe('')
  expect(macText(Uint8Array.of(0, 0x1b, 0xff, 3, 4, 5))).toBe('00:1B:FF:03:04:05')
})
