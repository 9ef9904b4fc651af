/**
 * Random lines of a script: each prints something that depends on no other line. A kind of line is a row of `KINDS`.
 */
import { atom, integer, type LineContext, shiftAmount, text } from './expressions.ts'
import type { Random } from './random.ts'

const CONVERSIONS = [
  'd',
  'i',
  'u',
  'x',
  'X',
  'o',
  'ld',
  'lld',
  'lu',
  'llu',
  'lx',
  'llx',
  'hhd',
  'hd',
  'hhu',
  'hx',
  'zd',
  'jd',
  's',
  'p',
  'c',
] as const
const FLAGS = ['', '', '', '', '-', '0', '+', '5', '-8', '08', '012', '+6', '20', '#', ' '] as const
const ASSIGNMENTS = ['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='] as const
const TYPES = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const

type Kind = (line: LineContext) => string

const place = (line: LineContext): string => `${line.random.pick(['$', '@'])}p${line.id}`
const typed = (line: LineContext): string => (line.random.once(2) ? `(${line.random.pick(TYPES)})${atom(line)}` : integer(line, 1))

/** Assigns to a place, changes it, and shows what both gave. */
function changed(line: LineContext): string {
  const { random } = line
  const name = place(line)
  const target = name.startsWith('@') && random.once(2) ? `${name}[${random.pick(['1', '"k"', '(1, "x")'])}]` : name
  const change = random.once(2)
    ? random.pick([
        `${target} ${random.pick(ASSIGNMENTS)} ${integer(line, 1)};`,
        `${target} ${random.pick(['<<=', '>>='])} ${shiftAmount(line)};`,
      ])
    : `print(${random.pick([`${target}++`, `${target}--`, `++${target}`, `--${target}`])});`
  return `${target} = ${typed(line)}; ${change} print(${target}); printf("%d %lu", ${target}, ${target});`
}

/** An aggregation of two or three values. */
function aggregated(line: LineContext): string {
  const { random } = line
  const name = `@p${line.id}`
  const kind = random.pick(['sum', 'min', 'max', 'avg', 'stats', 'hist', 'lhist', 'count'])
  // Of one type: bpftrace adds narrow negative numbers as unsigned ones to a sum that is unsigned.
  const type = random.pick(TYPES)
  const value = (): string => `(${type})(${integer(line, 1)} + 0)`
  const bits = random.pick(['', ', 0', ', 1', ', 3'])
  const range = random.pick([', 0, 100, 10', ', 0, 10, 1', ', 1, 1000, 37', ', 0, 10240, 1024'])
  const call = (): string => {
    if (kind === 'count') return 'count()'
    return `${kind}(${value()}${kind === 'hist' ? bits : kind === 'lhist' ? range : ''})`
  }
  const target = random.once(2) ? name : `${name}[${random.pick(['1', '-1', '"key"', '(1, -2)'])}]`
  const calls = Array.from({ length: 1 + random.below(3) }, () => `${target} = ${call()};`)
  const use = /hist|stats/.test(kind) || random.once(2) ? '' : ` printf("%d %ld", (int64)${target}, (int64)${target});`
  return `${calls.join(' ')}${use} print(${name});`
}

function formatted(line: LineContext): string {
  const { random } = line
  const count = 1 + random.below(3)
  const formats = Array.from({ length: count }, () => `%${random.pick(FLAGS)}${random.pick(CONVERSIONS)}`)
  const values = formats.map((format) => (format.endsWith('s') && random.once(2) ? text(line) : integer(line)))
  return `printf("[${formats.join('][')}]", ${values.join(', ')});`
}

function tuple(line: LineContext, depth = 1): string {
  const { random } = line
  const element = (): string => (depth > 0 && random.once(5) ? tuple(line, depth - 1) : random.once(3) ? text(line) : integer(line, 1))
  return `(${Array.from({ length: 2 + random.below(2) }, element).join(', ')})`
}

function keyed(line: LineContext): string {
  const { random } = line
  const keys = random.pick([() => integer(line, 1), () => text(line), () => tuple(line)])
  const key = keys()
  const name = `@p${line.id}`
  const look = random.pick([key, keys()])
  const value = random.pick([() => integer(line, 1), () => text(line), () => tuple(line)])()
  return `${name}[${key}] = ${value}; print(${name}[${look}]); print(${name});`
}

const assigned: Kind = (line) => {
  const name = place(line)
  const [first, second] = line.random.once(3) ? [text(line), text(line)] : [typed(line), typed(line)]
  return `${name} = ${first}; print(${name}); ${name} = ${second}; print(${name}); printf("%s", ${name});`
}

const branched: Kind = (line) =>
  `if (${integer(line)}) { printf("yes"); } else if (${integer(line, 1)}) { printf("else"); } else { printf("no"); }`

const KINDS: readonly (readonly [number, Kind])[] = [
  [8, formatted],
  [6, (line) => `print(${integer(line)});`],
  [4, (line) => `print(${integer(line, 3)});`],
  [2, (line) => `print(${text(line)});`],
  [2, (line) => `print(${tuple(line)});`],
  [6, changed],
  [4, assigned],
  [5, aggregated],
  [5, keyed],
  [2, branched],
]

/** One line of a script: its statements, behind one that prints `#ID `. */
export function randomLine(random: Random, id: number): string {
  const line: LineContext = { random, id, before: [] }
  const kind = random.pick(KINDS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make)))
  const statements = kind(line)
  return `printf("\\n#${id} "); ${line.before.join(' ')} ${statements}`
}
