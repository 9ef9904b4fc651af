/**
 * One TypeScript file as the checks see it: its text, its syntax tree and what it imports. Parsing is oxc-parser's,
 * since TypeScript 7 has no compiler API to ask; it also sees `import type`, which bundlers leave out.
 */
import { posix } from 'node:path'
import { type Comment, type Program, parseSync, type StaticExportEntry, visitorKeys } from 'oxc-parser'

/** A node of the syntax tree: its kind and its range in the text, in UTF-16 units. Other fields depend on the kind. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** One `import`, `export ... from`, `import()` or `import('...')` type. */
export interface ImportEdge {
  readonly specifier: string
  /** Path from the project's root for a relative import, else undefined. */
  readonly target: string | undefined
  /** Where the import stands, from 1. */
  readonly line: number
}

/** A parsed file. `path` is relative to the project's root, with `/`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly program: Program
  readonly comments: readonly Comment[]
  readonly exports: readonly StaticExportEntry[]
  readonly imports: readonly ImportEdge[]
}

/** Parses a file; throws when it is not TypeScript. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text)
  const [error] = parsed.errors
  if (error !== undefined) throw new Error(`${path}: ${error.message}`)
  const { program, comments } = parsed
  const exports = parsed.module.staticExports.flatMap((statement) => statement.entries)
  const imports = [...importNodes(program as unknown as Node)].map(({ specifier, start }) => ({
    specifier,
    target: specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : undefined,
    line: lineAt(text, start),
  }))
  return { path, text, program, comments, exports, imports }
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** The text of a line, from 1, without its indentation. */
export function lineText(text: string, line: number): string {
  return (text.split('\n')[line - 1] ?? '').trim()
}

/** Every node of a tree, parents before children. */
export function* walk(node: Node): Generator<Node> {
  yield node
  for (const key of visitorKeys[node.type] ?? []) {
    const child = node[key]
    for (const one of Array.isArray(child) ? child : [child]) {
      if (isNode(one)) yield* walk(one)
    }
  }
}

/** True for tests, which may import across layers and be long. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || path.endsWith('.test.ts')
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

const IMPORTING = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'])

function* importNodes(program: Node): Generator<{ specifier: string; start: number }> {
  for (const node of walk(program)) {
    if (!IMPORTING.has(node.type)) continue
    const source = node.source as Node | null
    if (source?.type === 'Literal') yield { specifier: String(source.value), start: node.start }
  }
}
