/**
 * Constant expressions of integers: the sizes of arrays and bit fields, the values of enumerators, the conditions of `#if`.
 */
import { PRECEDENCE } from './precedence.ts'
import type { TokenReader } from './token-reader.ts'

/** What an expression may ask about names. */
export interface ConstantNames {
  /** The value of a name; undefined when it has none. */
  value(name: string): bigint | undefined
  /** The size of the type that begins here, if one does; what belongs to it is taken. */
  typeSize?(reader: TokenReader): number | undefined
}

const truth = (value: boolean) => (value ? 1n : 0n)
const BINARY: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '||': (a, b) => truth(a !== 0n || b !== 0n),
  '&&': (a, b) => truth(a !== 0n && b !== 0n),
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '<<': (a, b) => BigInt.asIntN(64, a << (b & 63n)),
  '>>': (a, b) => a >> (b & 63n),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? 0n : a / b),
  '%': (a, b) => (b === 0n ? 0n : a % b),
}

/** Reads an expression and answers its value. Throws `CProblem`. */
export function constantExpression(reader: TokenReader, names: ConstantNames): bigint {
  const condition = binary(reader, names, 0)
  if (!reader.accept('?')) return condition
  const then = constantExpression(reader, names)
  reader.expect(':')
  const otherwise = constantExpression(reader, names)
  return condition !== 0n ? then : otherwise
}

function binary(reader: TokenReader, names: ConstantNames, level: number): bigint {
  const operators: readonly string[] | undefined = PRECEDENCE[level]
  if (operators === undefined) return unary(reader, names)
  let left = binary(reader, names, level + 1)
  for (;;) {
    const operator = operators.find((one) => reader.at(one))
    if (operator === undefined) return left
    reader.next()
    left = (BINARY[operator] as (a: bigint, b: bigint) => bigint)(left, binary(reader, names, level + 1))
  }
}

function unary(reader: TokenReader, names: ConstantNames): bigint {
  if (reader.accept('-')) return -unary(reader, names)
  if (reader.accept('+')) return unary(reader, names)
  if (reader.accept('~')) return ~unary(reader, names)
  if (reader.accept('!')) return truth(unary(reader, names) === 0n)
  if (reader.at('sizeof')) return sizeOfType(reader, names)
  if (!reader.accept('(')) return primary(reader, names)
  // A cast changes nothing that a size or an enumerator depends on.
  if (names.typeSize?.(reader) !== undefined) {
    reader.expect(')')
    return unary(reader, names)
  }
  const value = constantExpression(reader, names)
  reader.expect(')')
  return value
}

function sizeOfType(reader: TokenReader, names: ConstantNames): bigint {
  reader.next()
  reader.expect('(')
  const size = names.typeSize?.(reader)
  if (size === undefined) reader.fail('expected a type')
  reader.expect(')')
  return BigInt(size)
}

function primary(reader: TokenReader, names: ConstantNames): bigint {
  const token = reader.peek()
  if (token?.kind === 'number') return integerOf(reader)
  if (token?.kind === 'string' && token.text.endsWith("'")) return BigInt(characterOf(reader.next().text))
  if (token?.kind !== 'word') return reader.fail('expected a constant')
  const value = names.value(token.text)
  if (value === undefined) return reader.fail('expected a constant')
  reader.next()
  return value
}

function integerOf(reader: TokenReader): bigint {
  const text = reader.peek()?.text ?? ''
  const digits = /^(0x[\da-f]+|0b[01]+|\d+)[ul]*$/i.exec(text)?.[1]
  if (digits === undefined) return reader.fail('expected an integer')
  reader.next()
  return BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits)
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '0': 0, a: 7, b: 8, f: 12, v: 11 }

function characterOf(literal: string): number {
  const [, escaped, char] = /^L?'(?:\\(x[\da-f]+|[0-7]{1,3}|.)|(.))'$/i.exec(literal) ?? []
  if (escaped === undefined) return char?.charCodeAt(0) ?? 0
  if (/^x/i.test(escaped)) return Number.parseInt(escaped.slice(1), 16)
  return ESCAPES[escaped] ?? (/^[0-7]+$/.test(escaped) ? Number.parseInt(escaped, 8) : escaped.charCodeAt(0))
}
