/**
 * Source text and places in it. Offsets count UTF-16 units of `text`, as JavaScript strings do; lines and columns are
 * 1-based, as compilers print them.
 */

/** A named piece of source text, with the line table worked out once. */
export interface SourceText {
  /** How diagnostics name it: a path as given, or `stdin` for text from the command line. */
  readonly name: string
  readonly text: string
  /** Offset of the first character of each line; `lineStarts[0]` is 0. */
  readonly lineStarts: readonly number[]
}

/** A half-open range `[start, end)` of a source text. */
export interface Span {
  readonly start: number
  readonly end: number
  /** For text of a macro: where it was put, which may be in a macro again. */
  readonly expandedFrom?: Span
}

/** A 1-based line and column. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Makes a `SourceText`, with its line table. */
export function sourceText(name: string, text: string): SourceText {
  const lineStarts = [0]
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1)
  return { name, text, lineStarts }
}

/** The line and column of an offset; an offset past the end counts as the end. */
export function positionAt(source: SourceText, offset: number): Position {
  let low = 0
  let high = source.lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (source.lineStarts[low] ?? 0) + 1 }
}

/** The text of a 1-based line, without its line end. */
export function lineAt(source: SourceText, line: number): string {
  const start = source.lineStarts[line - 1] ?? source.text.length
  const end = source.text.indexOf('\n', start)
  return source.text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '')
}

/** A span as compilers print it: `1:9-20`, or its lines where it has several: `1-3`. */
export function placeText(source: SourceText, span: Span): string {
  const start = positionAt(source, span.start)
  const end = positionAt(source, Math.max(span.end, span.start + 1))
  const lines = start.line === end.line ? `${start.line}:${start.column}-${end.column}` : `${start.line}-${end.line}`
  return `${source.name}:${lines}`
}

/** The smallest span that covers both, which were put in the same place. */
export function coverSpans(a: Span, b: Span): Span {
  const origin = a.expandedFrom === undefined ? {} : { expandedFrom: a.expandedFrom }
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end), ...origin }
}

/** The places that text of a macro was put, from the inside out. */
export function expansionsOf({ expandedFrom }: Span): readonly Span[] {
  return expandedFrom === undefined ? [] : [expandedFrom, ...expansionsOf(expandedFrom)]
}
