import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../base/errors.ts'
import { decodeValue, encodeValue } from './codec.ts'
import { bool, i8, i16, i32, i64, string, struct, typeOf, u8, u16, u32, u64 } from './data-types.ts'

const nested = struct({ a: u8, b: struct({ c: i64, d: string(5) }), e: bool })

describe('codec', () => {
  it.each([
    ['u8 wraps', u8, 300, new Uint8Array([300])[0]],
    ['u16 wraps', u16, -1, new Uint16Array([-1])[0]],
    ['u32 wraps', u32, -2, new Uint32Array([-2])[0]],
    ['u64 wraps', u64, -1n, new BigUint64Array([-1n])[0]],
    ['i8 wraps', i8, 200, new Int8Array([200])[0]],
    ['i16 wraps', i16, 40000, new Int16Array([40000])[0]],
    ['i32 wraps', i32, 2 ** 31, new Int32Array([2 ** 31])[0]],
    ['i64 wraps', i64, 1n << 63n, new BigInt64Array([1n << 63n])[0]],
    ['bool', bool, true, true],
    ['text is cut at a character', string(4), 'aßß', 'aß'],
    ['text of nothing', string(4), '', ''],
  ])('%s', (_, type, value, expected) => {
    expect(decodeValue(typeOf(type), encodeValue(typeOf(type), value))).toEqual(expected)
  })
  it('structs are laid out as in C', () => {
    const bytes = encodeValue(typeOf(nested), { a: 1, b: { c: -1n, d: 'abcd' }, e: true })
    expect(bytes).toHaveLength(32)
    expect([...bytes]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, ...Array(8).fill(255), 97, 98, 99, 100, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
  })
  it('decoding is the inverse of encoding', () => {
    const value = fc.record({
      a: fc.integer({ min: 0, max: 255 }),
      b: fc.record({
        c: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
        d: fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', ' ', '~') }),
      }),
      e: fc.boolean(),
    })
    fc.assert(
      fc.property(value, (wanted) => {
        expect(decodeValue(typeOf(nested), encodeValue(typeOf(nested), wanted))).toEqual(wanted)
      }),
    )
  })
  it.each([
    ['a number for 64 bits', u64, 1],
    ['a bigint for 32 bits', u32, 1n],
    ['a fraction', u32, 0.5],
    ['a number for text', string(4), 1],
    ['a missing field', nested, { a: 1 }],
    ['nothing for a struct', nested, undefined],
  ])('refuses %s', (_, type, value) => {
    expect(() => encodeValue(typeOf(type), value)).toThrow(UsageError)
  })
  it('refuses types that make no sense', () => {
    expect(() => struct({})).toThrow(UsageError)
    expect(() => string(1)).toThrow(UsageError)
    expect(() => typeOf({})).toThrow(UsageError)
  })
})
