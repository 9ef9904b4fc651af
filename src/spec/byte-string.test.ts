import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromByteString, toByteString } from './byte-string.ts'

test.each([
  ['ASCII', 'abc', 'abc'],
  ['two bytes', 'é', '\xc3\xa9'],
  ['three bytes', '→', '\xe2\x86\x92'],
  ['four bytes', '😀', '\xf0\x9f\x98\x80'],
  ['a byte order mark is text', '\ufeffa', '\xef\xbb\xbfa'],
])('%s', (_name, text, bytes) => {
  expect(toByteString(text)).toBe(bytes)
  expect(fromByteString(bytes)).toBe(text)
})

test('what is not UTF-8 becomes the replacement character', () => {
  expect(fromByteString('a\xffb\xc3')).toBe('a\ufffdb\ufffd')
})

test('there and back', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fromByteString(toByteString(text)) === text))
})
