/**
 * Reads one printed function from its lines.
 */
import type { Block, Instruction, IrFunction, Parameter } from '../ir.ts'
import { nodesOf } from '../operands.ts'
import type { Form } from './form.ts'
import { FORMS, isTerminator, type Line } from './forms.ts'
import type { FunctionNames } from './function-names.ts'
import { LineReader } from './line-reader.ts'
import { Scope } from './scope.ts'
import { malformed, type Token } from './tokens.ts'

const KIND_BY_START: ReadonlyMap<string, Line['kind']> = new Map(
  Object.entries(FORMS).flatMap(([kind, { starts }]) => starts.map((word) => [word, kind as Line['kind']])),
)

/** The state of reading one function. */
export class FunctionParser {
  readonly #lines: readonly (readonly Token[])[]
  readonly #functions: FunctionNames
  readonly #scope: Scope
  #at = 0
  #nextId: number

  constructor(lines: readonly (readonly Token[])[], functions: FunctionNames) {
    this.#lines = lines
    this.#functions = functions
    this.#scope = new Scope(functions)
    this.#nextId = 1 + lines.flat().reduce((most, token) => Math.max(most, idIn(token)), 0)
  }

  /** Reads all lines. Throws `FormatError`. */
  parse(): IrFunction {
    const header = this.#line()
    header.expect('function')
    const { place } = header
    const name = header.take('word', 'the name of the function')
    const parameters = this.#parameters(header)
    header.expect('{')
    header.expectEnd()
    const blocks: Block[] = []
    let line = this.#line()
    for (; !line.skip('}'); line = this.#line()) this.#bodyLine(line, blocks)
    line.expectEnd()
    const fn = this.#functions.define({ name, parameters, blocks, nextId: this.#nextId }, place)
    this.#scope.resolve([...nodesOf(fn)])
    return fn
  }

  #line(): LineReader {
    const tokens = this.#lines[this.#at++]
    if (tokens === undefined) throw malformed(this.#lines.at(-1)?.[0]?.place ?? { line: 1, column: 1 }, 'the text ends too early')
    return new LineReader(tokens, this.#scope)
  }

  #parameters(line: LineReader): Parameter[] {
    const parameters: Parameter[] = []
    line.expect('(')
    while (!line.skip(')')) {
      if (parameters.length > 0) line.expect(',')
      const { place } = line
      const id = line.id()
      line.expect(':')
      const parameter: Parameter = { kind: 'parameter', id, index: parameters.length, type: line.type() }
      this.#scope.define(parameter, place)
      parameters.push(parameter)
    }
    return parameters
  }

  /** A label, an instruction or the end of a block. */
  #bodyLine(line: LineReader, blocks: Block[]): void {
    const block = blocks.at(-1)
    const { place } = line
    if (line.isLabel()) {
      blocks.push(this.#scope.defineBlock(line.take('word', 'a block'), place))
      line.expect(':')
    } else if (block === undefined) line.fail('the label of a block')
    else if (line.skip('(')) for (const text of ['no', 'terminator', ')']) line.expect(text)
    else if (block.terminator !== undefined) line.fail('the label of the next block')
    else this.#addLine(block, line)
    line.expectEnd()
  }

  #addLine(block: Block, line: LineReader): void {
    const added = line.next?.kind === 'value' ? this.#definition(line) : this.#effect(line)
    if (isTerminator(added)) block.terminator = added
    else block.instructions.push(added)
  }

  /** `%7: i64 = ...` */
  #definition(line: LineReader): Instruction {
    const { place } = line
    const id = line.id()
    line.expect(':')
    const type = line.type()
    line.expect('=')
    const instruction = { ...readOperation(line), id, type } as Line
    if (isTerminator(instruction)) throw malformed(place, `${instruction.kind} has no value`)
    this.#scope.define(instruction, place)
    return instruction
  }

  /** An instruction without a value, or a terminator. */
  #effect(line: LineReader): Line {
    const read = readOperation(line) as Line
    return isTerminator(read) ? read : { ...read, id: this.#nextId++, type: 'void' }
  }
}

/** The number in `%7` and `entry.1`, which are counted together. */
function idIn({ kind, text }: Token): number {
  const digits = kind === 'value' ? text.slice(1) : kind === 'word' ? /\.(\d+)$/.exec(text)?.[1] : undefined
  return Number(digits ?? 0)
}

function readOperation(line: LineReader): object {
  const kind = KIND_BY_START.get(line.next?.text ?? '')
  if (kind === undefined) return line.fail('an instruction')
  return { kind, ...(FORMS[kind] as Form<object>).read(line) }
}
