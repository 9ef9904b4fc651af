/**
 * Lines in the whole of a file: of an address, and the addresses of `file:line`. Tables are read for the units that are
 * asked about; for a line by name that is every unit whose table names the file.
 */
import type { DebugInfo } from '../debug-info.ts'
import { findUnit } from '../unit-at.ts'
import { type LineAddress, lineTableOf, type SourceLine } from './line-table.ts'

/** The line of an address; undefined when debug information has none for it. Throws `FormatError`. */
export function findLine(info: DebugInfo, address: bigint): SourceLine | undefined {
  const unit = findUnit(info, address)
  return unit === undefined ? undefined : lineTableOf(unit)?.find(address)
}

/** What is known of a line of the source. */
export interface LineAddresses {
  /** By address; the same line may have code in many places: loops, inlined calls, instances of templates. */
  readonly addresses: readonly LineAddress[]
  /** Lines of such files that have code, in order; for saying what would have been there when `addresses` is empty. */
  readonly lines: readonly number[]
  /** The files that the name stands for. */
  readonly files: readonly string[]
}

/**
 * Where the code of a line begins. `file` is the end of a path, by whole names: `server.go`, `net/http/server.go`. Throws
 * `FormatError`.
 */
export function findLineAddresses(info: DebugInfo, file: string, line: number): LineAddresses {
  const files = new Set<string>()
  const isFile = (path: string) => {
    const matches = endsWithPath(path, file)
    if (matches) files.add(path)
    return matches
  }
  const tables = [...new Set(info.units().map(lineTableOf))].filter((table) => table !== undefined)
  const addresses = tables.flatMap((table) => [...table.addressesOf(line, isFile)])
  const lines = addresses.length > 0 ? [line] : tables.flatMap((table) => [...table.linesOf(isFile)])
  return {
    addresses: addresses.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0)),
    lines: [...new Set(lines)].sort((a, b) => a - b),
    files: [...files],
  }
}

function endsWithPath(path: string, end: string): boolean {
  return path === end || (path.endsWith(end) && (end.startsWith('/') || path.at(-end.length - 1) === '/'))
}
