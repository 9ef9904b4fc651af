/**
 * Parses attach points from raw text (section 1.7 of the language reference): up to white space, `,`, `{`, or a `/` that
 * begins the predicate; split on `:` outside quotes. What the parts mean is `probes/`.
 */

import { skipSpace } from '../lexer.ts'
import type { AttachPointNode, AttachPointPart } from '../script-ast.ts'
import { SyntaxFailure } from '../syntax-error.ts'

/** Where attach points are read from. */
export interface AttachPointText {
  readonly text: string
  /** Values of `$1`, `$2`, ... */
  readonly parameters: readonly string[]
}

/** Parses the attach point at `start`; answers it and the offset behind it. Throws `SyntaxFailure`. */
export function parseAttachPoint(from: AttachPointText, start: number): { readonly point: AttachPointNode; readonly end: number } {
  const parts: AttachPointPart[] = []
  let at = skipReservedName(from.text, start)
  for (;;) {
    const part = parsePart(from, at, { slashEnds: parts.length === 0 })
    parts.push(part)
    at = part.span.end
    if (from.text[at] !== ':') break
    at++
  }
  if (at === start) throw new SyntaxFailure({ start, end: start + 1 }, 'expected an attach point')
  return { point: { parts, span: { start, end: at } }, end: at }
}

/** `name=` before an attach point is reserved and has no effect. */
function skipReservedName(text: string, start: number): number {
  const match = /^[A-Za-z_]\w*=/.exec(text.slice(start, start + 256))
  return start + (match?.[0].length ?? 0)
}

function parsePart(from: AttachPointText, start: number, options: { readonly slashEnds: boolean }): AttachPointPart {
  const { text } = from
  let value = ''
  let at = start
  for (;;) {
    const char = text[at]
    if (char === undefined || /[\s,{:]/.test(char) || (char === '/' && options.slashEnds)) break
    const piece = char === '"' ? readQuoted(text, at) : char === '$' ? readParameter(from, at) : { value: char, end: at + 1 }
    value += piece.value
    at = piece.end
    if (text[at] === '/' && text[skipSpace(text, at + 1)] === undefined) break
  }
  return { text: value, span: { start, end: at } }
}

function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = ''
  let at = start + 1
  while (text[at] !== '"') {
    if (text[at] === undefined || text[at] === '\n') throw new SyntaxFailure({ start, end: at }, 'unterminated string')
    if (text[at] === '\\') at++
    value += text[at] ?? ''
    at++
  }
  return { value, end: at + 1 }
}

function readParameter(from: AttachPointText, start: number): { readonly value: string; readonly end: number } {
  const match = /^\$([1-9][0-9]*)/.exec(from.text.slice(start, start + 16))
  if (match === null) {
    throw new SyntaxFailure({ start, end: start + 2 }, "invalid '$' in an attach point", {
      hint: 'put the name in quotes if the $ is part of it',
    })
  }
  return { value: from.parameters[Number(match[1]) - 1] ?? '', end: start + match[0].length }
}
