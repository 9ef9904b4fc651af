/**
 * Parses a whole script (section 1.1 of the language reference), and single attach-point patterns for listing.
 */
import type { Diagnostic } from '../../../base/diagnostic.ts'
import { InternalError } from '../../../base/errors.ts'
import type { SourceText } from '../../../base/source-text.ts'
import { type CTypes, NO_C_TYPES } from '../../c/c-types.ts'
import type { Unsupported } from '../ast.ts'
import { skipSpace } from '../lexer.ts'
import type { AttachPointNode, ConfigEntry, MacroDefinition, MapDeclaration, ProbeBlock, Script } from '../script-ast.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import { parseAttachPoint } from './attach-points.ts'
import { beginsC, type CReader } from './c-reader.ts'
import { parseConfig } from './config.ts'
import { parseExpression } from './expressions.ts'
import { parseMacro } from './macro.ts'
import { parseMapDeclaration } from './map-declaration.ts'
import { skipTopLevelItem } from './preamble.ts'
import { parseBlock, parseIf } from './statements.ts'
import { TokenStream } from './token-stream.ts'

/** A syntax tree, or the syntax error that there is instead. */
export type ParseResult = { readonly script: Script } | { readonly diagnostic: Diagnostic }

/** What a script is parsed with. */
export interface ParseOptions {
  /** The values of `$1`, `$2`, ... which may stand in attach points. */
  readonly parameters?: readonly string[]
  /** Reads C; may be absent where `mayHaveC` says that there is none. */
  readonly c?: CReader
}

/** Parses a script. */
export function parseScript(source: SourceText, options: ParseOptions = {}): ParseResult {
  try {
    return { script: new ScriptParser(source, options).parse() }
  } catch (error) {
    if (error instanceof SyntaxFailure) return { diagnostic: syntaxDiagnostic(source, error) }
    throw error
  }
}

/** Parses the one attach point that `source` consists of, such as the pattern of `-l`. */
export function parseAttachPointPattern(source: SourceText): { readonly point: AttachPointNode } | { readonly diagnostic: Diagnostic } {
  try {
    const { point, end } = parseAttachPoint({ text: source.text, parameters: [] }, skipSpace(source.text, 0))
    const rest = skipSpace(source.text, end)
    if (rest < source.text.length) throw new SyntaxFailure({ start: rest, end: source.text.length }, 'unexpected text behind the pattern')
    return { point }
  } catch (error) {
    if (error instanceof SyntaxFailure) return { diagnostic: syntaxDiagnostic(source, error) }
    throw error
  }
}

function syntaxDiagnostic(source: SourceText, failure: SyntaxFailure): Diagnostic {
  const hint = failure.hint === undefined ? {} : { hint: failure.hint }
  return { severity: 'error', code: failure.code, source, span: failure.span, message: `syntax: ${failure.message}`, ...hint }
}

class ScriptParser {
  readonly #source: SourceText
  readonly #stream: TokenStream
  readonly #parameters: readonly string[]
  readonly #config: ConfigEntry[] = []
  readonly #probes: ProbeBlock[] = []
  readonly #maps: MapDeclaration[] = []
  readonly #macros: MacroDefinition[] = []
  readonly #unsupported: Unsupported[] = []
  readonly #c: CReader | undefined
  #cTypes: CTypes = NO_C_TYPES
  #isInC = true
  #configSeen = false

  constructor(source: SourceText, { parameters = [], c }: ParseOptions) {
    this.#source = source
    this.#parameters = parameters
    this.#c = c
    const shebang = /^#!.*/.exec(source.text)?.[0].length ?? 0
    this.#stream = new TokenStream(source.text, shebang)
    this.#stream.grammar = { parseExpression, parseBlock, parseIf }
  }

  parse(): Script {
    for (;;) {
      this.#stream.skipSpace()
      if (this.#stream.offset >= this.#stream.text.length) break
      this.#parseItem()
    }
    if (this.#isInC) this.#endC()
    return {
      source: this.#source,
      cTypes: this.#cTypes,
      config: this.#config,
      probes: this.#probes,
      maps: this.#maps,
      macros: this.#macros,
      unsupported: this.#unsupported,
    }
  }

  #parseItem(): void {
    const stream = this.#stream
    if (beginsC(stream)) {
      this.#takeC()
      return
    }
    if (this.#isInC) this.#endC()
    if (this.#isConfig()) {
      this.#parseConfigBlock()
    } else if (/^let\s/.test(stream.text.slice(stream.offset, stream.offset + 4))) {
      this.#maps.push(parseMapDeclaration(stream))
    } else if (/^macro\s/.test(stream.text.slice(stream.offset, stream.offset + 6))) {
      this.#macros.push(parseMacro(stream))
    } else {
      const item = this.#startsItem() ? skipTopLevelItem(stream) : undefined
      if (item === undefined) this.#probes.push(this.#parseProbe())
      else this.#unsupported.push(item)
    }
  }

  #takeC(): void {
    const { offset } = this.#stream
    if (!this.#isInC)
      throw new SyntaxFailure({ start: offset, end: offset + 1 }, 'C definitions must come before everything else in a script')
    if (this.#c === undefined) throw new InternalError('a script with C came without a reader of C')
    this.#c.take(this.#stream)
  }

  #endC(): void {
    const definitions = this.#c?.finish()
    this.#isInC = false
    this.#cTypes = definitions?.types ?? NO_C_TYPES
    this.#stream.definitions = definitions
  }

  #isConfig(): boolean {
    return /^config\s*=/.test(this.#stream.text.slice(this.#stream.offset, this.#stream.offset + 64))
  }
  #startsItem(): boolean {
    return /^(import|fn)\s/.test(this.#stream.text.slice(this.#stream.offset, this.#stream.offset + 8))
  }

  #parseConfigBlock(): void {
    const { span } = this.#stream.peek()
    if (this.#configSeen) throw new SyntaxFailure(span, 'duplicate config block')
    if (this.#probes.length > 0) throw new SyntaxFailure(span, 'config must appear before any probes')
    this.#configSeen = true
    this.#config.push(...parseConfig(this.#stream))
  }

  #parseProbe(): ProbeBlock {
    const stream = this.#stream
    const start = stream.offset
    const attachPoints = this.#parseAttachPoints()
    if (!stream.accept('/')) {
      const body = parseBlock(stream)
      return { attachPoints, body, span: stream.spanFrom(start) }
    }
    const predicate = parseExpression(stream)
    stream.expect('/')
    const body = parseBlock(stream)
    return { attachPoints, predicate, body, span: stream.spanFrom(start) }
  }

  #parseAttachPoints(): AttachPointNode[] {
    const stream = this.#stream
    const points: AttachPointNode[] = []
    for (;;) {
      stream.skipSpace()
      if (points.length > 0 && (stream.text[stream.offset] === '{' || stream.text[stream.offset] === '/')) return points
      const { point, end } = parseAttachPoint({ text: stream.text, parameters: this.#parameters }, stream.offset)
      points.push(point)
      stream.offset = end
      stream.skipSpace()
      if (stream.text[stream.offset] !== ',') return points
      stream.offset++
    }
  }
}
