import { describe, expect, it } from 'vitest'
import { parseIntegerLiteral } from './integer-literal.ts'

describe('parseIntegerLiteral', () => {
  it.each([
    ['0', 0n],
    ['42', 42n],
    ['1_000_000', 1_000_000n],
    ['0x1F', 31n],
    ['0Xff_ff', 0xffffn],
    ['0123', 0o123n],
    ['5e3', 5000n],
    ['10ull', 10n],
    ['10UL', 10n],
    ['100ns', 100n],
    ['3us', 3_000n],
    ['3ms', 3_000_000n],
    ['2s', 2_000_000_000n],
    ['1m', 60_000_000_000n],
    ['1h', 3_600_000_000_000n],
    ['1d', 86_400_000_000_000n],
    ['18446744073709551615', (1n << 64n) - 1n],
  ])('reads %s', (text, value) => {
    expect(parseIntegerLiteral(text)).toEqual({ value })
  })

  it.each([
    ['1_', 'a trailing underscore'],
    ['10x', 'an unknown suffix'],
    ['12e3', 'an exponent behind two digits'],
    ['0e3', 'an exponent behind zero'],
    ['089', 'an octal number with 8 and 9'],
    ['18446744073709551616', 'more than 64 bits'],
    ['0x', 'no digits'],
    ['0b11', 'binary, which only parameters may be'],
  ])('refuses %s: %s', (text) => {
    expect(parseIntegerLiteral(text)).toHaveProperty('problem')
  })
})
