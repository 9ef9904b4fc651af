/**
 * No file may import itself by any way round, type-only imports included: a cycle of types is a cycle of ideas.
 */
import type { Finding } from './finding.ts'
import { lineText, type SourceFile } from './source-file.ts'

/** One finding for each import that closes a circle, with the way round. */
export function checkCycles(files: readonly SourceFile[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  return files.flatMap((file) => findCycles({ byPath, done }, file, []))
}

interface Search {
  readonly byPath: ReadonlyMap<string, SourceFile>
  /** Files whose imports were followed to their end. */
  readonly done: Set<string>
}

function findCycles(search: Search, file: SourceFile, trail: readonly string[]): Finding[] {
  if (search.done.has(file.path)) return []
  const here = [...trail, file.path]
  const findings = file.imports.flatMap((edge) => {
    const next = edge.target === undefined ? undefined : search.byPath.get(edge.target)
    if (next === undefined) return []
    const from = here.indexOf(next.path)
    if (from === -1) return findCycles(search, next, here)
    const way = [...here.slice(from), next.path].join(' -> ')
    return [{ file: file.path, line: edge.line, message: `closes a circle of imports: ${way}`, excerpt: lineText(file.text, edge.line) }]
  })
  search.done.add(file.path)
  return findings
}
