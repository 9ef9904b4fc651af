/**
 * The parts that printed instructions are made of. A part knows one or two fields of a node, how they are written and how
 * they are read back, so that a form is declared once for both.
 */
import type { Block, Constant, IrFunction, Operand } from '../ir.ts'
import { signedValue } from '../ir.ts'
import type { LineReader } from './line-reader.ts'

/** Writes and reads the fields `F` of a node. */
export interface Part<F> {
  /** Undefined when the node has nothing there; then neither has the text. */
  print(fields: F): string | undefined
  read(reader: LineReader): F
  /** True when `print` may answer undefined; such a part stands last. */
  readonly optional?: true
}

/** A part that is one of some words. */
export interface Choice<F> extends Part<F> {
  readonly choices: readonly string[]
}

type Field<N extends string, T> = { [K in N]: T }

function field<N extends string, T>(name: N, print: (value: T) => string, read: (reader: LineReader) => T): Part<Field<N, T>> {
  return {
    print: (fields) => print(fields[name]),
    read: (reader) => ({ [name]: read(reader) }) as Field<N, T>,
  }
}

/** A block as printed: unique by the number, readable by the name. */
export const printLabel = (block: Block): string => `${block.name}.${block.id}`

/** A value as printed. */
function printOperand(operand: Operand): string {
  return operand.kind === 'constant' ? printConstant(operand) : `%${operand.id}`
}

function printConstant(value: Constant): string {
  return `${value.type} ${value.type === 'i1' ? value.value : signedValue(value)}`
}

/** `%7` or `i64 5`. */
export const operand = <N extends string>(name: N): Part<Field<N, Operand>> => field(name, printOperand, (reader) => reader.operand())

/** A value that may be missing, at the end. */
export const optionalOperand = <N extends string>(name: N): Part<{ [K in N]?: Operand | undefined }> => ({
  optional: true,
  print: (fields) => {
    const value = fields[name]
    return value === undefined ? undefined : printOperand(value)
  },
  read: (reader) => ({ [name]: reader.operand() }) as { [K in N]: Operand },
})

/** `(%1, i64 2)`. */
export const operands = <N extends string>(name: N): Part<Field<N, Operand[]>> =>
  field(
    name,
    (values) => `(${values.map(printOperand).join(', ')})`,
    (reader) => {
      const values: Operand[] = []
      reader.expect('(')
      while (!reader.skip(')')) {
        if (values.length > 0) reader.expect(',')
        values.push(reader.operand())
      }
      return values
    },
  )

/** `[%3 + 8]`: a pointer and bytes behind (or before) it. */
export const place = <P extends string, O extends string>(pointer: P, offset: O): Part<Field<P, Operand> & Field<O, number>> => ({
  print: (fields) => {
    const by = fields[offset]
    return `[${printOperand(fields[pointer])} ${by < 0 ? '-' : '+'} ${Math.abs(by)}]`
  },
  read: (reader) => {
    reader.expect('[')
    const base = reader.operand()
    const sign = reader.oneOf(['+', '-'], '+ or -')
    const by = reader.number()
    reader.expect(']')
    return { [pointer]: base, [offset]: sign === '-' ? -by : by } as Field<P, Operand> & Field<O, number>
  },
})

/** A plain number. */
export const number = <N extends string>(name: N): Part<Field<N, number>> => field(name, String, (reader) => reader.number())

/** A name in quotes. */
export const quoted = <N extends string>(name: N): Part<Field<N, string>> => field(name, JSON.stringify, (reader) => reader.quoted())

/** A function of the program, by its name. */
export const functionName = <N extends string>(name: N): Part<Field<N, IrFunction>> =>
  field(
    name,
    (fn) => fn.name,
    (reader) => reader.function(),
  )

/** A block. */
export const label = <N extends string>(name: N): Part<Field<N, Block>> => field(name, printLabel, (reader) => reader.block())

/** `[entry.1: %5], [loop.4: i64 0]`: a value for each block that one may come from. */
export const incoming: Part<{ incoming: { readonly block: Block; value: Operand }[] }> = {
  print: (phi) => phi.incoming.map(({ block, value }) => `[${printLabel(block)}: ${printOperand(value)}]`).join(', '),
  read: (reader) => {
    const entries: { readonly block: Block; value: Operand }[] = []
    do {
      reader.expect('[')
      const block = reader.block()
      reader.expect(':')
      entries.push({ block, value: reader.operand() })
      reader.expect(']')
    } while (reader.skip(','))
    return { incoming: entries }
  },
}

/** One of some words. */
export const choice = <N extends string, T extends string>(name: N, choices: readonly T[]): Choice<Field<N, T>> => ({
  ...field(
    name,
    (value: T) => value,
    (reader) => reader.oneOf(choices, `a ${name}`),
  ),
  choices,
})
