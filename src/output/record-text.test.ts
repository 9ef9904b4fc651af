import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRecord } from '../spec/decode.ts'
import type { FormatConversion, FormatString } from '../spec/format-string.ts'
import { layoutRecord } from '../spec/record-layout.ts'
import type { Type } from '../spec/types/type.ts'
import { renderFormat } from './printf.ts'
import { compileFormat } from './record-text.ts'

const integers = fc.record<Type & { kind: 'int' }>({
  kind: fc.constant('int'),
  size: fc.constantFrom(1, 2, 4, 8),
  signed: fc.boolean(),
})
const strings = fc.record<Type & { kind: 'string' }>({ kind: fc.constant('string'), size: fc.nat({ max: 40 }) })
const pointer: Type = { kind: 'pointer', space: 'none' }

function conversions(letters: readonly string[]): fc.Arbitrary<FormatConversion> {
  return fc.record<FormatConversion>({
    kind: fc.constant('conversion'),
    conversion: fc.constantFrom(...letters),
    bits: fc.constantFrom(8, 16, 32, 64),
    leftAlign: fc.boolean(),
    zeroPad: fc.boolean(),
    plus: fc.constant(false),
    space: fc.boolean(),
    alternate: fc.constant(false),
    width: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
    precision: fc.constantFrom(undefined, 3),
  })
}

const typedConversions = fc.oneof(
  fc.tuple(conversions(['d', 'i', 'u', 'x', 'p', 's']), integers),
  fc.tuple(conversions(['s']), strings),
  fc.tuple(conversions(['d', 'u', 'x', 'p']), fc.constant(pointer)),
)
const literals = fc.string({ unit: 'binary-ascii' }).map((text) => ({ kind: 'text' as const, text }))
/** Bytes among which zeros, small numbers and the ends of ranges are frequent. */
const bytes = fc
  .uint8Array({ minLength: 400, maxLength: 400 })
  .chain((noise) =>
    fc
      .array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, -1), { minLength: 400, maxLength: 400 })
      .map((kept) => noise.map((byte, i) => ((kept[i] ?? -1) < 0 ? byte : (kept[i] ?? 0)))),
  )
const BEFORE = 8

describe('the text of a record from its bytes', () => {
  test('is what its values are printed as, and not longer than was said', () => {
    const cases = fc.record({ parts: fc.array(fc.oneof(typedConversions, literals), { maxLength: 6 }), bytes })
    fc.assert(
      fc.property(cases, ({ parts, bytes }) => {
        const types = parts.flatMap((part) => ('kind' in part ? [] : [part[1]]))
        const format: FormatString = parts.map((part) => ('kind' in part ? part : part[0]))
        const layout = layoutRecord(types.map((type, i) => ({ name: `f${i}`, type })))
        const record = bytes.subarray(BEFORE, BEFORE + layout.size)
        const compiled = compileFormat(format, layout)
        const out = new Uint8Array(2_000)
        const view = new DataView(bytes.buffer, bytes.byteOffset)
        const end = compiled?.write(view, BEFORE, out, BEFORE) ?? -1
        const expected = renderFormat(format, decodeRecord(layout, record, { sites: new Map() }), (text) => text)
        expect(Buffer.from(out.subarray(BEFORE, end)).toString('latin1')).toBe(expected)
        expect(expected.length).toBeLessThanOrEqual(compiled?.most ?? -1)
      }),
      { numRuns: 500 },
    )
  })

  test.each<[string, Partial<FormatConversion>, Type]>([
    ['a stack', { conversion: 's' }, { kind: 'stack', mode: 'bpftrace', space: 'user', depth: 5 } as Type],
    ['an enumerator', { conversion: 's' }, { kind: 'int', size: 4, signed: true, enumeration: { name: 'e', values: new Map() } }],
    ['a sign', { conversion: 'd', plus: true }, { kind: 'int', size: 4, signed: true }],
    ['bytes', { conversion: 'r' }, { kind: 'buffer', size: 8 }],
  ])('%s is left to those who have values', (_name, given, type) => {
    const spec: FormatConversion = {
      ...{ kind: 'conversion', conversion: 'd', bits: 32, width: 0, precision: undefined },
      ...{ leftAlign: false, zeroPad: false, plus: false, space: false, alternate: false },
      ...given,
    }
    expect(compileFormat([spec], layoutRecord([{ name: 'f', type }]))).toBeUndefined()
  })
})
