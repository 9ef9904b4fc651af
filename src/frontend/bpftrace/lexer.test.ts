import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanToken } from './lexer.ts'
import { SyntaxFailure } from './syntax-error.ts'
import type { Token } from './token.ts'

function tokens(text: string): Token[] {
  const found: Token[] = []
  for (let at = 0; ; ) {
    const token = scanToken(text, at)
    if (token.kind === 'end') return found
    found.push(token)
    at = token.span.end
  }
}

describe('scanToken', () => {
  it.each([
    ['@', ['map:@']],
    ['@start[$x]', ['map:@start', 'punctuation:[', 'variable:$x', 'punctuation:]']],
    ['$1 $# $12', ['positional:$1', 'positional-count:$#', 'positional:$12']],
    ['a->b.0', ['identifier:a', 'punctuation:->', 'identifier:b', 'punctuation:.', 'integer:0']],
    ['1..5', ['integer:1', 'punctuation:..', 'integer:5']],
    ['x<<=1>>2', ['identifier:x', 'punctuation:<<=', 'integer:1', 'punctuation:>>', 'integer:2']],
    ['if iffy', ['keyword:if', 'identifier:iffy']],
    ['a // b\n/* c\n */ d', ['identifier:a', 'identifier:d']],
    ['"a\\n\\x41\\101\\"\\\\"', ['string:a\nAA"\\']],
    ['@++', ['map:@', 'punctuation:++']],
    ['@-@prev', ['map:@', 'punctuation:-', 'map:@prev']],
  ])('splits %j', (text, expected) => {
    expect(tokens(text).map((token) => `${token.kind}:${token.text}`)).toEqual(expected)
  })

  it('gives text beyond ASCII as UTF-8 bytes, and escapes as the byte they name', () => {
    expect(tokens('"é\\xff"')[0]?.text).toBe('\xc3\xa9\xff')
  })

  it.each([
    ['"abc', 'unterminated string'],
    ['"a\nb"', 'unterminated string'],
    ['"\\q"', 'an unknown escape'],
    ['"\\777"', 'an octal escape above 255'],
    ['/* never closed', 'a comment without end'],
    ['#', 'a character that is in no token'],
    ['12abc', 'an unknown suffix'],
  ])('refuses %j: %s', (text) => {
    expect(() => tokens(text)).toThrow(SyntaxFailure)
  })

  it('covers every text it accepts: spans are in order, and each holds its token', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('@a', '$b', '1', '<<=', 'pid', '"s"', ' ', '/*x*/', '..', '->', '\n')), (parts) => {
        const text = parts.join(' ')
        let end = 0
        for (const token of tokens(text)) {
          expect(token.span.start).toBeGreaterThanOrEqual(end)
          expect(token.span.end).toBeGreaterThan(token.span.start)
          end = token.span.end
        }
      }),
    )
  })
})
