import { describe, expect, test } from 'vitest'
import type { FormatConversion } from '../spec/format-string.ts'
import type { Value } from '../spec/value.ts'
import { escapeControls } from './escape.ts'
import { renderFormat } from './printf.ts'

const int = (value: bigint, signed = true): Value => ({ kind: 'int', value, signed })
const text = (value: string, truncated = false): Value => ({ kind: 'string', value, truncated })

function conversion(letter: string, options: Partial<FormatConversion> = {}): FormatConversion {
  const off = { leftAlign: false, zeroPad: false, plus: false, space: false, alternate: false }
  return { kind: 'conversion', conversion: letter, bits: 32, ...off, width: 0, precision: undefined, ...options }
}

function render(letter: string, value: Value, options: Partial<FormatConversion> = {}): string {
  return renderFormat([conversion(letter, options)], [value], (bytes) => bytes)
}

describe('integers', () => {
  test.each<[string, string, bigint, Partial<FormatConversion>, string]>([
    ['%d', 'd', 5n, {}, '5'],
    ['%i is %d', 'i', -5n, {}, '-5'],
    ['%d of more than 32 bits', 'd', 4294967297n, {}, '1'],
    ['%ld', 'd', 4294967297n, { bits: 64 }, '4294967297'],
    ['%lld of the largest unsigned', 'd', (1n << 64n) - 1n, { bits: 64 }, '-1'],
    ['%hhd', 'd', 300n, { bits: 8 }, '44'],
    ['%hd', 'd', 70000n, { bits: 16 }, '4464'],
    ['%u of a negative number', 'u', -1n, {}, '4294967295'],
    ['%llu of a negative number', 'u', -1n, { bits: 64 }, '18446744073709551615'],
    ['%x of a negative number', 'x', -1n, {}, 'ffffffff'],
    ['%X', 'X', 255n, {}, 'FF'],
    ['%#x', 'x', 255n, { alternate: true }, '0xff'],
    ['%#X', 'X', 255n, { alternate: true }, '0XFF'],
    ['%#x of zero', 'x', 0n, { alternate: true }, '0'],
    ['%#o', 'o', 8n, { alternate: true }, '010'],
    ['%5d', 'd', 42n, { width: 5 }, '   42'],
    ['%-5d', 'd', 42n, { width: 5, leftAlign: true }, '42   '],
    ['%05d', 'd', 42n, { width: 5, zeroPad: true }, '00042'],
    ['%05d of a negative number', 'd', -11n, { width: 5, zeroPad: true }, '00-11'],
    ['%-05d', 'd', 9n, { width: 5, zeroPad: true, leftAlign: true }, '90000'],
    ['%#08x', 'x', 255n, { width: 8, zeroPad: true, alternate: true }, '00000xff'],
    ['%+d', 'd', 5n, { plus: true }, '+5'],
    ['%+d of zero', 'd', 0n, { plus: true }, '+0'],
    ['%+u', 'u', 5n, { plus: true }, '5'],
    ['% d', 'd', 5n, { space: true }, '5'],
    ['%.3d', 'd', 7n, { precision: 3 }, '7'],
    ['%c', 'c', 321n, {}, 'A'],
    ['%c of a byte', 'c', -1n, {}, '\xff'],
    ['%3c', 'c', 65n, { width: 3 }, '  A'],
    ['%p', 'p', 4096n, { bits: 64 }, '0x1000'],
    ['%p of null', 'p', 0n, { bits: 64 }, '0'],
    ['%020p', 'p', 4096n, { bits: 64, width: 20, zeroPad: true }, '000000000000000x1000'],
    ['%s', 's', -5n, {}, '-5'],
    ['%+s', 's', 5n, { plus: true }, '+5'],
  ])('%s', (_name, letter, value, options, expected) => {
    expect(render(letter, int(value), options)).toBe(expected)
  })

  test('%s and %+s of an unsigned number', () => {
    expect(render('s', int((1n << 64n) - 1n, false), { plus: true })).toBe('18446744073709551615')
  })

  test('bools and pointers are numbers', () => {
    expect(render('d', { kind: 'bool', value: true })).toBe('1')
    expect(render('x', { kind: 'pointer', value: 0xabcn })).toBe('abc')
  })
})

describe('%s', () => {
  const pair: Value = { kind: 'tuple', items: [int(1n), text('a')] }
  const record: Value = {
    kind: 'record',
    fields: [
      { name: 'a', value: int(1n) },
      { name: 'b', value: text('x') },
    ],
  }
  test.each<[string, Value, Partial<FormatConversion>, string]>([
    ['text', text('abc'), {}, 'abc'],
    ['width counts bytes', text('\xc3\xa9'), { width: 4 }, '  \xc3\xa9'],
    ['left', text('ab'), { width: 4, leftAlign: true }, 'ab  '],
    ['zero fill', text('ab'), { width: 4, zeroPad: true }, '00ab'],
    ['precision does nothing', text('abc'), { precision: 1 }, 'abc'],
    ['text that was cut', text('abc', true), {}, 'abc..'],
    ['a bool', { kind: 'bool', value: false }, { width: 6 }, ' false'],
    ['a pointer', { kind: 'pointer', value: 0n }, {}, '0x0'],
    ['a function', { kind: 'symbol', name: 'main.doWork' }, { width: 12 }, ' main.doWork'],
    ['a tuple', pair, {}, '(1, a)'],
    ['a tuple, right', pair, { width: 4 }, '   (1, a)'],
    ['a tuple, left', pair, { width: 4, leftAlign: true }, '(   1, a)'],
    ['a tuple with signs', pair, { plus: true }, '(+1, a)'],
    ['a record', record, {}, '{ .a = 1, .b = x }'],
    ['a record, left', record, { width: 4, leftAlign: true }, '{   .a = 1, .b = x }'],
  ])('%s', (_name, value, options, expected) => {
    expect(render('s', value, options)).toBe(expected)
  })
})

describe('formats', () => {
  test('text and conversions in order', () => {
    const format = [{ kind: 'text', text: 'a=' }, conversion('d'), { kind: 'text', text: ' b=' }, conversion('s')] as const
    expect(renderFormat(format, [int(1n), text('x')], (bytes) => bytes)).toBe('a=1 b=x')
  })

  test('on a terminal only values are escaped', () => {
    const format = [{ kind: 'text', text: '\x1b[1m' }, conversion('s'), conversion('c')] as const
    expect(renderFormat(format, [text('\x1b[2J'), int(7n)], escapeControls)).toBe('\x1b[1m\\x1b[2J\\x07')
  })

  test.each<[string, () => string]>([
    ['a value too few', () => renderFormat([conversion('d')], [], (bytes) => bytes)],
    ['an unknown conversion', () => render('f', int(1n))],
    ['an integer conversion of text', () => render('d', text('x'))],
  ])('%s is a bug of the front-end', (_name, run) => {
    expect(run).toThrow('internal error')
  })
})
