/**
 * The C preprocessor: conditions, macros, headers. Text goes in piece by piece, tokens come out.
 */
import type { Span } from '../../base/source-text.ts'
import { constantExpression } from './constant-expression.ts'
import { expandMacros, type Macro } from './macros.ts'
import { CProblem, type CToken, scanC } from './token.ts'
import { TokenReader } from './token-reader.ts'

/** The text of a header, and the path that headers named in it are looked for beside. */
export interface Header {
  readonly path: string
  readonly text: string
}

/** Finds a header by its name; `from` is the path of the one that names it, absent in the script itself. */
export type FindHeader = (name: string, kind: 'quoted' | 'system', from: string | undefined) => Header | undefined

/** What there is beside the script itself. */
export interface Headers {
  readonly find: FindHeader
  /** Macros that are defined from the start, such as those of the machine. */
  readonly macros?: Readonly<Record<string, string>>
  /** Paths of headers that are read before the script. */
  readonly first?: readonly string[]
}
/** There are none. */
export const NO_HEADERS: Headers = { find: () => undefined }

/** Headers include each other no deeper than this. */
const MOST_DEPTH = 64

/** A condition that is open: whether its lines are taken now, and whether one of its branches was. */
interface Condition {
  taken: boolean
  done: boolean
  readonly span: Span
}

/** Preprocesses the C parts of one script. */
export class Preprocessor {
  readonly macros = new Map<string, Macro>()
  readonly #findHeader: FindHeader
  readonly #once = new Set<string>()

  constructor(findHeader: FindHeader, defined: Readonly<Record<string, string>> = {}) {
    this.#findHeader = findHeader
    for (const [name, text] of Object.entries(defined)) this.macros.set(name, { body: scanC(text, () => ({ start: 0, end: 0 })) })
  }

  /** The tokens of a piece of the script that begins at `start`. Throws `CProblem`. */
  process(text: string, start: number): CToken[] {
    return this.#run(
      scanC(text, (from, to) => ({ start: start + from, end: start + to })),
      undefined,
      0,
    )
  }

  #run(tokens: readonly CToken[], path: string | undefined, depth: number): CToken[] {
    const output: CToken[] = []
    let pending: CToken[] = []
    const conditions: Condition[] = []
    const flush = () => {
      for (const token of expandMacros(pending, this.macros)) output.push(token)
      pending = []
    }
    for (let at = 0; at < tokens.length; ) {
      const first = tokens[at] as CToken
      const lineEnd = endOfLine(tokens, at)
      const line = tokens.slice(at, lineEnd)
      at = lineEnd
      if (!(first.begins === true && first.text === '#')) {
        if (isTaken(conditions)) pending.push(...line)
        continue
      }
      flush()
      this.#directive(line, { path, depth, conditions, output })
    }
    flush()
    const open = conditions.at(-1)
    if (open !== undefined) throw new CProblem(open.span, "'#if' without '#endif'")
    return output
  }

  #directive(
    line: readonly CToken[],
    at: { readonly path: string | undefined; readonly depth: number; readonly conditions: Condition[]; readonly output: CToken[] },
  ): void {
    const { conditions } = at
    const [mark, name, ...rest] = line
    const span = (name ?? mark)?.span ?? { start: 0, end: 0 }
    switch (name?.text) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const taken = isTaken(conditions) && this.#holds(name.text, rest, span)
        conditions.push({ taken, done: taken || !isTaken(conditions), span })
        return
      }
      case 'elif':
      case 'else': {
        const condition = conditions.at(-1)
        if (condition === undefined) throw new CProblem(span, `'#${name.text}' without '#if'`)
        condition.taken = !condition.done && (name.text === 'else' || this.#holds('if', rest, span))
        condition.done ||= condition.taken
        return
      }
      case 'endif':
        if (conditions.pop() === undefined) throw new CProblem(span, "'#endif' without '#if'")
        return
    }
    if (!isTaken(conditions)) return
    switch (name?.text) {
      case 'define':
        this.#define(rest, span)
        return
      case 'undef':
        this.macros.delete(rest[0]?.text ?? '')
        return
      case 'include':
        at.output.push(...this.#include(rest, { ...at, span }))
        return
      case 'pragma':
        if (rest[0]?.text === 'once' && at.path !== undefined) this.#once.add(at.path)
        return
      case 'error':
        throw new CProblem(span, `#error ${rest.map(({ text }) => text).join(' ')}`)
      case 'warning':
      case 'line':
      case undefined:
        return
      default:
        throw new CProblem(span, `unknown preprocessor line '#${name?.text}'`)
    }
  }

  #holds(kind: string, rest: readonly CToken[], span: Span): boolean {
    if (kind !== 'if') return this.macros.has(rest[0]?.text ?? '') === (kind === 'ifdef')
    if (rest.length === 0) throw new CProblem(span, "'#if' without a condition")
    const tokens = answerUnknown(expandMacros(answerDefined(rest, this.macros), this.macros))
    return constantExpression(new TokenReader(tokens), { value: (name) => (name === 'true' ? 1n : 0n) }) !== 0n
  }

  #define(rest: readonly CToken[], span: Span): void {
    const [name, ...body] = rest
    if (name?.kind !== 'word') throw new CProblem(span, "'#define' without a name")
    if (body[0]?.text !== '(' || body[0].joined !== true) {
      this.macros.set(name.text, { body })
      return
    }
    const close = body.findIndex(({ text }) => text === ')')
    const parameters = body.slice(1, close).flatMap(({ text }) => (text === ',' ? [] : [text === '...' ? '__VA_ARGS__' : text]))
    this.macros.set(name.text, { parameters, body: body.slice(close + 1) })
  }

  #include(rest: readonly CToken[], at: { readonly path: string | undefined; readonly depth: number; readonly span: Span }): CToken[] {
    const quoted = /^"(.*)"$/.exec(rest[0]?.text ?? '')?.[1]
    const name =
      quoted ??
      rest
        .slice(1, -1)
        .map(({ text }) => text)
        .join('')
    const span = rest[0] === undefined ? at.span : { start: rest[0].span.start, end: rest.at(-1)?.span.end ?? rest[0].span.end }
    if (at.depth >= MOST_DEPTH) throw new CProblem(span, `headers include each other: ${name}`)
    const header = this.#findHeader(name, quoted === undefined ? 'system' : 'quoted', at.path)
    if (header === undefined) throw new CProblem(span, `'${name}' file not found`)
    if (this.#once.has(header.path)) return []
    return this.#run(
      scanC(header.text, () => span),
      header.path,
      at.depth + 1,
    )
  }
}

const isTaken = (conditions: readonly Condition[]): boolean => conditions.every(({ taken }) => taken)

function endOfLine(tokens: readonly CToken[], from: number): number {
  let at = from + 1
  while (at < tokens.length && tokens[at]?.begins !== true) at++
  return at
}

/** `defined NAME` and `defined(NAME)` as 1 or 0, before names are replaced. */
function answerDefined(tokens: readonly CToken[], macros: ReadonlyMap<string, Macro>): CToken[] {
  const answered: CToken[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as CToken
    if (token.text !== 'defined') {
      answered.push(token)
      continue
    }
    const open = tokens[at + 1]?.text === '('
    const name = tokens[at + (open ? 2 : 1)]?.text ?? ''
    answered.push({ kind: 'number', text: macros.has(name) ? '1' : '0', span: token.span })
    at += open ? 3 : 1
  }
  return answered
}

/** What is called like a function and is no macro, as `__has_include` is, answers 0. */
function answerUnknown(tokens: readonly CToken[]): CToken[] {
  const answered: CToken[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as CToken
    if (token.kind !== 'word' || tokens[at + 1]?.text !== '(') {
      answered.push(token)
      continue
    }
    answered.push({ kind: 'number', text: '0', span: token.span })
    let depth = 0
    do {
      at++
      if (tokens[at]?.text === '(') depth++
      if (tokens[at]?.text === ')') depth--
    } while (depth > 0 && at < tokens.length)
  }
  return answered
}
