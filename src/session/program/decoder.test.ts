import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberOfRuns } from '../../../test/support/runs.ts'
import { sizeOf } from '../../spec/types/type.ts'
import { decodeValue } from './codec.ts'
import { bool, i8, i16, i32, i64, string, struct, typeOf, u8, u16, u32, u64 } from './data-types.ts'
import { decoderOf } from './decoder.ts'

const EVERYTHING = typeOf(
  struct({
    a: u8,
    b: i8,
    c: u16,
    d: i16,
    e: u32,
    f: i32,
    g: u64,
    h: i64,
    ok: bool,
    short: string(16),
    odd: string(5),
    long: string(80),
    nested: struct({ x: u16, 'not an identifier': i64, name: string(8) }),
    __proto__x: u8,
  }),
)

describe('generated decoders', () => {
  it('agree with the codec on any bytes at any place', () => {
    const size = sizeOf(EVERYTHING)
    const decode = decoderOf(EVERYTHING)
    const text = fc.uint8Array({ minLength: size, maxLength: size })
    // Few distinct bytes, so that texts come again, end early, and are not ASCII.
    const few = fc.array(fc.constantFrom(0, 65, 66, 195, 159), { minLength: size, maxLength: size }).map((bytes) => Uint8Array.from(bytes))
    fc.assert(
      fc.property(fc.oneof(text, few), fc.nat(40), (record, before) => {
        const memory = new Uint8Array(before + size)
        memory.set(record, before)
        expect(decode(new DataView(memory.buffer), before)).toEqual(decodeValue(EVERYTHING, record))
      }),
      { numRuns: numberOfRuns({ short: 300, long: 5000 }) },
    )
  })
  it('a field called __proto__ is a field', () => {
    const type = typeOf(struct({ ['__proto__']: u8, b: u8 }))
    const value = decoderOf(type)(new DataView(Uint8Array.of(7, 8).buffer), 0) as object
    expect(Object.entries(value)).toEqual([
      ['__proto__', 7],
      ['b', 8],
    ])
  })
  it('a text that took the place of another is not taken for it', () => {
    const type = typeOf(struct({ name: string(4) }))
    const decode = decoderOf(type)
    const names = Array.from({ length: 2000 }, (_, index) => index.toString(36))
    for (const name of [...names, ...names]) {
      const record = new Uint8Array(4)
      new TextEncoder().encodeInto(name, record)
      expect(decode(new DataView(record.buffer), 0)).toEqual({ name })
    }
  })
})
