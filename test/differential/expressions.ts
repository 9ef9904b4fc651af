/**
 * Random expressions of the bpftrace language over integers of every width and sign, and over strings: what the types of
 * section 8.1 of the language reference are about. Statements that must stand before an expression are collected.
 */
import type { Random } from './random.ts'

/** A line of a script that is being written. */
export interface LineContext {
  readonly random: Random
  /** Number of the line: part of the names of its variables and maps, which no other line uses. */
  readonly id: number
  /** Statements that stand before. */
  readonly before: string[]
}

const TYPES = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const
const WRAPPING = ['uint8', 'uint16', 'uint32', 'uint64', 'int64'] as const
const LITERALS = [
  ...['0', '1', '2', '3', '5', '7', '10', '63', '64', '100', '127', '128', '200', '255', '256', '1000', '0xff', '0xabcd'],
  ...['32767', '32768', '65535', '65536', '2147483647', '2147483648', '4294967295', '4294967296', '0x123456789ab'],
  ...['9223372036854775807', '9223372036854775808', '18446744073709551615', '1e6', '1_000', '2s', '5us'],
  ...['-1', '-2', '-3', '-7', '-100', '-128', '-129', '-255', '-32768', '-2147483648', '-2147483649', '-4294967296'],
]
const ARITHMETIC = ['+', '-', '*', '/', '%', '&', '|', '^'] as const
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const
const LOGIC = ['&&', '||'] as const

/** An integer (or boolean) expression. */
export function integer(line: LineContext, depth = 2): string {
  const { random } = line
  if (depth === 0 || random.once(6)) return atom(line)
  const operand = (): string => integer(line, depth - 1)
  switch (random.below(12)) {
    case 0:
      return `(${random.pick(TYPES)})${parenthesized(operand())}`
    case 1:
      // bpftrace loses the sign of what - and ~ give for signed operands of less than 64 bits.
      return random.pick([
        `!${parenthesized(operand())}`,
        `-(${random.pick(WRAPPING)})${parenthesized(operand())}`,
        `~(${random.pick(WRAPPING)})${parenthesized(operand())}`,
      ])
    case 2:
      return `(${condition(line, depth - 1)} ? ${operand()} : ${operand()})`
    case 3:
    case 4:
      return condition(line, depth - 1)
    case 5:
      return `(${operand()} ${random.pick(['<<', '>>'])} ${shiftAmount(line)})`
    default:
      return `(${operand()} ${random.pick(ARITHMETIC)} ${operand()})`
  }
}

/** Less than 64: what a longer shift gives is left to LLVM by bpftrace, and differs from place to place. */
export function shiftAmount(line: LineContext): string {
  const { random } = line
  return random.once(3) ? `(${integer(line, 0)} & 63)` : random.pick(['0', '1', '4', '8', '31', '32', '63'])
}

/** A comparison or a combination of conditions. */
function condition(line: LineContext, depth: number): string {
  const { random } = line
  const operand = (): string => integer(line, depth)
  if (random.once(4)) return `(${operand()} ${random.pick(LOGIC)} ${operand()})`
  if (random.once(10)) return `(${text(line)} ${random.pick(['==', '!='])} ${text(line)})`
  return `(${operand()} ${random.pick(COMPARISONS)} ${operand()})`
}

/** A literal, a variable of some type, a map's value. */
export function atom(line: LineContext): string {
  const { random } = line
  const kind = random.below(10)
  if (kind < 3) return random.pick(LITERALS)
  const name = `${kind < 8 ? '$' : '@'}v${line.id}_${line.before.length}`
  const literal = random.pick(LITERALS)
  line.before.push(`${name} = ${random.once(3) ? literal : `(${random.pick(TYPES)})${literal}`};`)
  return name
}

const TEXTS = ['""', '"a"', '"b"', '"ab"', '"abc"', '"abcd"', '"A\\tB"', '"0123456789"'] as const

/** A string: a literal, or a variable or map that holds one. */
export function text(line: LineContext): string {
  const { random } = line
  const kind = random.below(6)
  if (kind < 2) return random.pick(TEXTS)
  if (kind === 2) return `(${integer(line, 1)} ? ${random.pick(TEXTS)} : ${random.pick(TEXTS)})`
  const name = `${kind < 5 ? '$' : '@'}s${line.id}_${line.before.length}`
  line.before.push(`${name} = ${random.pick(TEXTS)};`)
  if (random.once(3)) line.before.push(`${name} = ${random.pick(TEXTS)};`)
  return name
}

function parenthesized(expression: string): string {
  return /^[$@]?\w+$|^\(.*\)$/.test(expression) ? expression : `(${expression})`
}
