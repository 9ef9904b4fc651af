/**
 * What `readelf` says of the debug information of a file: every entry, for comparison with what our reader says.
 */
import { execFileSync } from 'node:child_process'

/** An entry. */
export interface DumpedEntry {
  readonly offset: number
  /** Without `DW_TAG_`. */
  readonly tag: string
  readonly depth: number
  /** As it is printed, by name without `DW_AT_`. */
  readonly attributes: ReadonlyMap<string, string>
}

/** Every entry of .debug_info and .debug_types, in order. */
export function dumpEntries(path: string): DumpedEntry[] {
  const text = execFileSync('readelf', ['--debug-dump=info', path], {
    encoding: 'utf-8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // Where a file has both, readelf prints them in the order of the file.
  const parts = text.split(/^(?=Contents of the )/m)
  return [...parts.filter((part) => part.includes('.debug_info')), ...parts.filter((part) => part.includes('.debug_types'))].flatMap(
    parseEntries,
  )
}

function parseEntries(text: string): DumpedEntry[] {
  const entries: { offset: number; tag: string; depth: number; attributes: Map<string, string> }[] = []
  for (const line of text.split('\n')) {
    const entry = /^ <([0-9a-f]+)><([0-9a-f]+)>: Abbrev Number: \d+ \(DW_TAG_(\w+)\)/.exec(line)
    const attribute = /^ {4}<[0-9a-f]+> {3}DW_AT_(\w+)\s*: (.*)$/.exec(line)
    if (entry !== null)
      entries.push({ depth: Number.parseInt(entry[1]!, 16), offset: Number.parseInt(entry[2]!, 16), tag: entry[3]!, attributes: new Map() })
    else if (attribute !== null) entries.at(-1)?.attributes.set(attribute[1]!, attribute[2]!.trim())
  }
  return entries
}
