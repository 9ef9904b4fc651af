/**
 * Where the text of a function stands: first in the script that V8 compiled, then through the script's source map, if it has
 * one, in the file that the user wrote.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { positionAt, type SourceText, type Span, sourceText } from '../../base/source-text.ts'
import { displayName } from './display-name.ts'
import type { ScriptInfo, ScriptLocation } from './inspector.ts'
import type { OriginalSource } from './source-map.ts'

/** A function's place in the user's file. */
export interface FunctionPlace {
  readonly source: SourceText
  readonly locate: (span: Span) => Span
  /** Offset of the function in its script; undefined when it was not found there. */
  readonly start: number | undefined
}

/** A script, and its way back to the user's files, if it has one. */
export interface LocatableScript {
  readonly info: ScriptInfo
  readonly text: string
  readonly map: OriginalSource | undefined
}

/** Finds the place of the function with this text, near `location`. Falls back to the text alone. */
export function locateFunction(text: string, location: ScriptLocation | undefined, script: LocatableScript | undefined): FunctionPlace {
  const alone = { source: sourceText('<function>', text), locate: (span: Span) => span, start: undefined }
  if (script === undefined || location === undefined) return alone
  const generated = sourceText(displayName(script.info.url), script.text)
  const start = nearest(script.text, text, offsetOf(generated, location, script.info))
  if (start === undefined) return alone
  const { map } = script
  const original = map?.originalOf(positionOf(generated, start))
  if (map === undefined || original === undefined) return { ...shifted(generated, script.info.url, start), start }
  return { source: original.source, locate: (span) => mapped(span, { generated, start, map, fallback: original.offset }), start }
}

/** The script is the user's text, or has the same shape (types replaced by blanks): then the file itself is shown. */
function shifted(generated: SourceText, url: string, start: number): Omit<FunctionPlace, 'start'> {
  const onDisk = url.startsWith('file:') ? readText(fileURLToPath(url)) : undefined
  const source = onDisk !== undefined && onDisk.length === generated.text.length ? sourceText(generated.name, onDisk) : generated
  return { source, locate: (span) => ({ start: start + span.start, end: start + span.end }) }
}

function mapped(
  span: Span,
  {
    generated,
    start,
    map,
    fallback,
  }: { readonly generated: SourceText; readonly start: number; readonly map: OriginalSource; readonly fallback: number },
): Span {
  const from = map.originalOf(positionOf(generated, start + span.start))?.offset ?? fallback
  // A segment is mapped where it begins, so the last character says more than the end behind it.
  const last = map.originalOf(positionOf(generated, start + Math.max(span.start, span.end - 1)))
  const isName = /^[\p{ID_Continue}$]+$/u.test(generated.text.slice(start + span.start, start + span.end))
  const end = last === undefined ? from + 1 : last.exact && !isName ? last.offset + 1 : last.tokenEnd
  return { start: from, end: Math.max(end, from + 1) }
}

function offsetOf(generated: SourceText, location: ScriptLocation, info: ScriptInfo): number {
  const line = location.lineNumber - info.startLine
  const column = line === 0 ? location.columnNumber - info.startColumn : location.columnNumber
  return (generated.lineStarts[line] ?? 0) + column
}
function positionOf(source: SourceText, offset: number): { readonly line: number; readonly column: number } {
  const { line, column } = positionAt(source, offset)
  return { line: line - 1, column: column - 1 }
}

/** The occurrence of `part` that begins nearest to `offset`: V8 gives the place of a function's parameters, not of its first word. */
function nearest(text: string, part: string, offset: number): number | undefined {
  const before = text.lastIndexOf(part, offset)
  const after = text.indexOf(part, offset)
  if (before === -1) return after === -1 ? undefined : after
  return after === -1 || offset - before <= after - offset ? before : after
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // the file may be gone; the text that was compiled will do
  }
}
