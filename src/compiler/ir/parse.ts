/**
 * Reads back what `print.ts` prints. Values keep their ids; instructions without a value get fresh ones. Nothing is checked
 * beyond the form: whether the functions make sense is for `validate.ts` to say, whose tests are text too.
 */
import type { IrFunction } from './ir.ts'
import { FunctionNames } from './text/function-names.ts'
import { FunctionParser } from './text/function-parser.ts'
import { malformed, type Token, tokenize } from './text/tokens.ts'

/**
 * Reads a program, which is often one function: the main one comes first and is what is answered, the others follow. Spans
 * are not printed, so there are none. Throws `FormatError` with the line and column of the mistake.
 */
export function parseProgram(text: string): IrFunction {
  const lines = text.split('\n').map((line, index) => tokenize(line, index + 1))
  const names = new FunctionNames()
  const [main] = functionsIn(lines.filter((tokens) => tokens.length > 0)).map((part) => new FunctionParser(part, names).parse())
  if (main === undefined) throw malformed({ line: 1, column: 1 }, 'a function expected, nothing found')
  names.check()
  return main
}

/** Cuts the lines behind each `}`. */
function functionsIn(lines: readonly (readonly Token[])[]): (readonly Token[])[][] {
  const parts: (readonly Token[])[][] = []
  for (const line of lines) {
    const last = parts.at(-1)
    if (last === undefined || last.at(-1)?.[0]?.text === '}') parts.push([line])
    else last.push(line)
  }
  return parts
}
