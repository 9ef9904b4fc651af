/**
 * Reads the repository for the checks: the only file here that touches the disk, so that a check can be tested on text.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Document, Repository } from './check-documents.ts'
import type { SizeExceptions } from './check-sizes.ts'
import type { Layers } from './layers.ts'
import { parseSourceFile, type SourceFile } from './source-file.ts'

/** All that the checks look at. */
export interface Project {
  readonly files: readonly SourceFile[]
  readonly layers: Layers
  readonly sizes: SizeExceptions
  readonly documents: readonly Document[]
  readonly repository: Repository
}

/** The project's root, which holds this folder's folder. */
export const ROOT = join(import.meta.dirname, '..', '..')

const SOURCE_FOLDERS = ['src', 'test', 'bench', 'scripts', 'examples']
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']

/** Reads and parses everything; throws when a file is not TypeScript. A document that is missing reads as empty. */
export function readProject(): Project {
  const sources = SOURCE_FOLDERS.flatMap((folder) => listFiles(folder)).filter((path) => path.endsWith('.ts'))
  const decisions = listFiles('docs').filter((path) => path.endsWith('.md'))
  return {
    files: sources.map((path) => parseSourceFile(path, readText(path))),
    layers: JSON.parse(readText('layers.json')),
    sizes: JSON.parse(readText('scripts/sizes.json')),
    documents: [...DOCUMENTS, ...decisions].map((path) => ({ path, text: existsSync(join(ROOT, path)) ? readText(path) : '' })),
    repository: readRepository(),
  }
}

/** The text of a file, by its path from the project's root. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

function readRepository(): Repository {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
  const targets = [...readText('Makefile').matchAll(/^([a-z][a-z-]*):/gm)].map((match) => match[1] ?? '')
  return {
    exists: (path) => existsSync(join(ROOT, path)),
    targets: new Set(targets),
    scripts: new Set(Object.keys(scripts)),
  }
}

function listFiles(folder: string): string[] {
  const found = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.map((path) => path.slice(ROOT.length + 1)).sort()
}
