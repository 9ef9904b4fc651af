import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toByteString } from '../spec/byte-string.ts'
import { escapeControls, textFilter } from './escape.ts'

describe('escapeControls', () => {
  test.each([
    ['plain text', 'a b ~', 'a b ~'],
    ['newline and tab pass', 'a\n\tb', 'a\n\tb'],
    ['ESC', '\x1b[31mred', '\\x1b[31mred'],
    ['backspace and carriage return', 'a\b\rb', 'a\\x08\\x0db'],
    ['NUL, bell and DEL', '\x00\x07\x7f', '\\x00\\x07\\x7f'],
    ['the one-byte CSI', '\x9b2J', '\\x9b2J'],
    ['CSI in UTF-8', '\xc2\x9b2J', '\\xc2\\x9b2J'],
    ['a letter whose second byte is a C1 control', toByteString('ß'), toByteString('ß')],
    ['three and four bytes', toByteString('→😀'), toByteString('→😀')],
    ['a cut character', 'a\xe2\x86', 'a\\xe2\\x86'],
    ['an overlong ESC', '\xc0\x9b', '\\xc0\\x9b'],
    ['a surrogate', '\xed\xa0\x80', '\\xed\\xa0\\x80'],
    ['a continuation byte alone', '\x80a', '\\x80a'],
  ])('%s', (_name, bytes, escaped) => {
    expect(escapeControls(bytes)).toBe(escaped)
  })

  test('what is left is UTF-8 without controls, whatever the bytes', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const shown = escapeControls(pieces.map((bytes) => String.fromCharCode(...bytes)).join(''))
        const characters = decoder.decode(Uint8Array.from(shown, (byte) => byte.charCodeAt(0)))
        expect([...characters].filter((character) => isControl(character.codePointAt(0) ?? 0))).toEqual([])
      }),
    )
  })
})

function isControl(code: number): boolean {
  return (code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code < 0xa0)
}

test('elsewhere every byte passes', () => {
  const every = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
  expect(textFilter({ escapeControls: false })(every)).toBe(every)
  expect(textFilter({ escapeControls: true })(every)).not.toBe(every)
})
