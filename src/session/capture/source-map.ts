/**
 * Source maps, inline or beside the script: from a place in a compiled script to the file that the user wrote. Decoding is
 * done by Node's own `SourceMap`; here is finding the map, the sources, and the columns between two mapped places.
 */
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type SourceText, sourceText } from '../../base/source-text.ts'
import { displayName } from './display-name.ts'
import type { ScriptInfo } from './inspector.ts'

/** A 0-based line and column. */
interface Place {
  readonly line: number
  readonly column: number
}

/** A place in an original file. */
export interface OriginalPlace {
  readonly source: SourceText
  readonly offset: number
  /** False when only the beginning of the token that it lies in is known. */
  readonly exact: boolean
  /** Where the word or symbol at `offset` ends. */
  readonly tokenEnd: number
}

/** A script's way back to its sources. */
export interface OriginalSource {
  /** Undefined for generated code that stands for nothing the user wrote. */
  readonly originalOf: (place: Place) => OriginalPlace | undefined
}

/** Reads the map that a script names. Undefined when it cannot be read: then the script itself is shown. */
export function readSourceMap(script: ScriptInfo): OriginalSource | undefined {
  const base = script.url.startsWith('/') ? pathToFileURL(script.url).href : script.url
  try {
    const { payload, url } = readPayload(script.sourceMapURL, base)
    const map = new SourceMap(payload)
    const sources = new Map<string, SourceText | undefined>()
    const sourceOf = (name: string) => {
      if (!sources.has(name)) sources.set(name, readSource(payload, name, url))
      return sources.get(name)
    }
    return { originalOf: (place) => findOriginal(map, place, sourceOf) }
  } catch {
    return undefined // a map that is missing or broken costs accuracy of positions, nothing else
  }
}

function findOriginal(map: SourceMap, place: Place, sourceOf: (name: string) => SourceText | undefined): OriginalPlace | undefined {
  const entry = map.findEntry(place.line, place.column)
  if (!('originalSource' in entry) || entry.originalSource === undefined || entry.generatedLine !== place.line) return undefined
  const source = sourceOf(entry.originalSource)
  if (source === undefined) return undefined
  const begin = (source.lineStarts[entry.originalLine] ?? 0) + entry.originalColumn
  const ahead = place.column - entry.generatedColumn
  const tokenEnd = begin + tokenLength(source.text.slice(begin, begin + 200))
  const exact = begin + ahead < tokenEnd
  return { source, offset: exact ? begin + ahead : begin, exact, tokenEnd }
}

function tokenLength(text: string): number {
  return Math.max(1, /^(?:[\p{ID_Continue}$]+|(['"`]).*?\1)/u.exec(text)?.[0].length ?? 1)
}

function readPayload(mapUrl: string, base: string): { readonly payload: SourceMapPayload; readonly url: string } {
  const inline = /^data:[^,]*?(;base64)?,(.*)$/s.exec(mapUrl)
  if (inline !== null) {
    const [, encoding, data = ''] = inline
    const text = encoding === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString('utf8')
    return { payload: JSON.parse(text), url: base }
  }
  const url = new URL(mapUrl, base).href
  return { payload: JSON.parse(readFileSync(fileURLToPath(url), 'utf8')), url }
}

function readSource(payload: SourceMapPayload, name: string, mapUrl: string): SourceText | undefined {
  const index = payload.sources.findIndex((source) => source === name || `${payload.sourceRoot ?? ''}${source}` === name)
  const url = resolveUrl(name, mapUrl)
  const content = payload.sourcesContent?.[index]
  if (typeof content === 'string') return sourceText(displayName(url), content)
  return url.startsWith('file:') ? sourceText(displayName(url), readFileSync(fileURLToPath(url), 'utf8')) : undefined
}
function resolveUrl(name: string, base: string): string {
  if (name.startsWith('/')) return pathToFileURL(name).href
  return URL.canParse(name, base) ? new URL(name, base).href : name
}
