/**
 * Replaces macros of the C preprocessor, also those that take arguments; `#` and `##` in their bodies too.
 */
import { type CToken, scanC } from './token.ts'

/** A macro; `parameters` when it takes arguments. */
export interface Macro {
  readonly parameters?: readonly string[]
  readonly body: readonly CToken[]
}

/** The tokens with all macros replaced; a macro is not replaced within itself. */
export function expandMacros(
  tokens: readonly CToken[],
  macros: ReadonlyMap<string, Macro>,
  hidden: ReadonlySet<string> = new Set(),
): CToken[] {
  const output: CToken[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as CToken
    const macro = token.kind === 'word' && !hidden.has(token.text) ? macros.get(token.text) : undefined
    if (macro === undefined) {
      output.push(token)
      continue
    }
    const inner = new Set([...hidden, token.text])
    const place = ({ kind, text }: CToken): CToken => ({ kind, text, span: token.span })
    if (macro.parameters === undefined) {
      output.push(...expandMacros(macro.body.map(place), macros, inner))
      continue
    }
    const found = readArguments(tokens, at + 1)
    if (found === undefined) {
      output.push(token)
      continue
    }
    const given = bindArguments(macro.parameters, found.values)
    const body = substitute(macro.body, given, (argument) => expandMacros(argument, macros, hidden))
    output.push(...expandMacros(body.map(place), macros, inner))
    at = found.end
  }
  return output
}

function readArguments(
  tokens: readonly CToken[],
  open: number,
): { readonly values: readonly (readonly CToken[])[]; readonly end: number } | undefined {
  if (tokens[open]?.text !== '(') return undefined
  const values: CToken[][] = [[]]
  let depth = 1
  for (let at = open + 1; at < tokens.length; at++) {
    const token = tokens[at] as CToken
    if (token.text === '(') depth++
    if (token.text === ')') depth--
    if (depth === 0) return { values, end: at }
    if (token.text === ',' && depth === 1) values.push([])
    else values.at(-1)?.push(token)
  }
  return undefined
}

function bindArguments(parameters: readonly string[], values: readonly (readonly CToken[])[]): ReadonlyMap<string, readonly CToken[]> {
  return new Map(
    parameters.map((name, index) => {
      if (name !== '__VA_ARGS__') return [name, values[index] ?? []]
      return [name, values.slice(index).flatMap((value, at) => (at === 0 ? value : [COMMA, ...value]))]
    }),
  )
}

const COMMA: CToken = { kind: 'mark', text: ',', span: { start: 0, end: 0 } }

function substitute(
  body: readonly CToken[],
  given: ReadonlyMap<string, readonly CToken[]>,
  expand: (argument: readonly CToken[]) => readonly CToken[],
): CToken[] {
  const output: CToken[] = []
  for (let at = 0; at < body.length; at++) {
    const token = body[at] as CToken
    const next = body[at + 1]
    const argument = given.get(token.text)
    if (token.text === '#' && next !== undefined && given.has(next.text)) {
      const text = (given.get(next.text) ?? []).map((one) => one.text).join(' ')
      output.push({ kind: 'string', text: JSON.stringify(text), span: token.span })
      at++
    } else if (token.text === '##' && next !== undefined) {
      const left = output.pop()
      const [right, ...rest] = given.get(next.text) ?? [next]
      output.push(...scanC(`${left?.text ?? ''}${right?.text ?? ''}`, () => token.span), ...rest)
      at++
    } else if (argument === undefined) output.push(token)
    else output.push(...(next?.text === '##' ? argument : expand(argument)))
  }
  return output
}
