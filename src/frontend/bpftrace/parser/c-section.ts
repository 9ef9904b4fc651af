/**
 * The C part at the head of a script: preprocessor lines and definitions are taken as text here, and read when the part ends.
 */
import { type FindType, parseDeclarations } from '../../c/declarations.ts'
import { expandMacros, type Macro } from '../../c/macros.ts'
import { type Headers, NO_HEADERS, Preprocessor } from '../../c/preprocessor.ts'
import { CProblem, type CToken } from '../../c/token.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import type { CDefinitions } from './c-definitions.ts'
import type { CReader } from './c-reader.ts'
import type { TokenStream } from './token-stream.ts'

/** Collects the C part of one script. */
export class CSection implements CReader {
  readonly #headers: Headers
  readonly #outside: FindType | undefined
  readonly #parts: { readonly text: string; readonly start: number }[] = []

  /** `outside` knows types that are declared nowhere. */
  constructor(headers: Headers = NO_HEADERS, outside?: FindType) {
    this.#headers = headers
    this.#outside = outside
  }

  take(stream: TokenStream): void {
    const start = stream.offset
    if (stream.text[start] === '#') stream.offset = start + lengthOfLines(stream.text.slice(start))
    else skipDefinition(stream)
    this.#parts.push({ text: stream.text.slice(start, stream.offset), start })
  }

  finish(): CDefinitions {
    const { find, macros, first = [] } = this.#headers
    const parts = [...first.map((path) => ({ text: `#include "${path}"`, start: 0 })), ...this.#parts]
    try {
      const preprocessor = new Preprocessor(find, { ...PREDEFINED, ...macros })
      const types = parseDeclarations(
        parts.flatMap(({ text, start }) => preprocessor.process(text, start)),
        this.#outside,
      )
      return { types, macroText: (name) => textOf(preprocessor.macros, name) }
    } catch (error) {
      if (error instanceof CProblem) throw new SyntaxFailure(error.span, error.message, { code: 'c-definitions' })
      throw error
    }
  }
}

/** The first is how a script asks whether it has to include the kernel's own headers, which nobody needs here. */
const PREDEFINED = { BPFTRACE_HAVE_BTF: '1', __LP64__: '1', __STDC__: '1' }

/** A preprocessor line with its continuation lines; of a condition everything to its `#endif`. */
function lengthOfLines(text: string): number {
  const line = /[ \t]*#(?:[^\n\\]|\\[\s\S])*(?:\n|$)/y
  let [at, depth] = [0, 0]
  do {
    line.lastIndex = at
    const found = line.exec(text)?.[0]
    if (found === undefined) {
      const end = text.indexOf('\n', at)
      if (end === -1) return text.length
      at = end + 1
      continue
    }
    const word = /^[ \t]*#\s*(\w*)/.exec(found)?.[1] ?? ''
    if (word.startsWith('if')) depth++
    if (word === 'endif') depth--
    at += found.length
  } while (depth > 0)
  return at
}

function skipDefinition(stream: TokenStream): void {
  while (!stream.at('{')) {
    if (stream.at('(')) stream.skipGroup()
    else if (stream.next().kind === 'end') stream.fail("expected '{'")
  }
  stream.offset += skipBraces(stream.text.slice(stream.offset))
  while (stream.peek().text === '__attribute__') {
    stream.next()
    if (stream.at('(')) stream.skipGroup()
  }
  stream.accept(';')
}

/** C has tokens that scripts do not have, so that braces are counted in the text itself. */
function skipBraces(text: string): number {
  let depth = 0
  for (const { 0: mark, index } of text.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|[{}]/g)) {
    if (mark === '{') depth++
    if (mark === '}' && --depth === 0) return index + 1
  }
  return text.length
}

function textOf(macros: ReadonlyMap<string, Macro>, name: string): string | undefined {
  const macro = macros.get(name)
  if (macro === undefined || macro.parameters !== undefined || macro.body.length === 0) return undefined
  return expandMacros(macro.body, macros, new Set([name]))
    .map(({ text }: CToken) => text)
    .join(' ')
}
