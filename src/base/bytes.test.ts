import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from './bytes.ts'
import { FormatError } from './errors.ts'

const FIELDS = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('u8' as const), value: fc.nat(0xff) }),
    fc.record({ kind: fc.constant('u16' as const), value: fc.nat(0xffff) }),
    fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffffffff) }),
    fc.record({ kind: fc.constant('u64' as const), value: fc.bigInt(0n, 2n ** 64n - 1n) }),
  ),
  { maxLength: 200 },
)

test('what is written is read back, however the buffer grows', () => {
  fc.assert(
    fc.property(FIELDS, (fields) => {
      const writer = new ByteWriter()
      for (const { kind, value } of fields) writer[kind](value as never)
      const reader = new ByteReader(writer.finish(), 'test')
      expect(fields.map(({ kind }) => reader[kind]())).toEqual(fields.map(({ value }) => value))
      expect(reader.remaining).toBe(0)
    }),
  )
})

test.each([
  ['one byte', [0x7f], 127],
  ['two bytes', [0x80, 0x01], 128],
  ['eight bytes', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x07], 2 ** 52 - 1],
])('LEB128 of %s', (_name, bytes, value) => {
  expect(new ByteReader(Uint8Array.from(bytes), 'test').uleb128()).toBe(value)
})

test('an endless LEB128 number is an error', () => {
  expect(() => new ByteReader(new Uint8Array(1000).fill(0xff), 'test').uleb128()).toThrow(FormatError)
})
