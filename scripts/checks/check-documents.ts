/**
 * Whether the documents still speak of this repository: links lead somewhere, paths in code spans exist, and every
 * `make` target and npm script that is named can be run.
 */
import { posix } from 'node:path'
import type { Finding } from './finding.ts'
import { lineAt, lineText } from './source-file.ts'

/** One Markdown file; `path` from the project's root. */
export interface Document {
  readonly path: string
  readonly text: string
}

/** What the documents may speak of. */
export interface Repository {
  /** True when a path from the project's root exists. */
  readonly exists: (path: string) => boolean
  /** Names of the Makefile's targets. */
  readonly targets: ReadonlySet<string>
  /** Names of the scripts in package.json. */
  readonly scripts: ReadonlySet<string>
}

/** Every dead link, path, target and script. */
export function checkDocuments(documents: readonly Document[], repository: Repository): Finding[] {
  return documents.flatMap((document) => [
    ...(document.text.trim() === '' ? [{ file: document.path, message: 'is missing or empty' }] : []),
    ...deadLinks(document, repository),
    ...matches(document, /`([^`\s]+)`/g, (path) => isRepositoryPath(path) && !existsAnywhere(path, repository) && `there is no ${path}`),
    ...matches(
      document,
      /(?:`|\$ |^ {4}|^)make ([a-z-]+)/gm,
      (target) => !repository.targets.has(target) && `the Makefile has no target ${target}`,
    ),
    ...matches(document, /npm run ([a-z:-]+)/g, (script) => !repository.scripts.has(script) && `package.json has no script ${script}`),
  ])
}

function deadLinks(document: Document, repository: Repository): Finding[] {
  return matches(document, /\]\(([^)\s]+)\)/g, (link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [path = '', anchor] = link.split('#')
    if (path === '') return !headings(document.text).has(anchor ?? '') && `no heading for #${anchor}`
    return !repository.exists(posix.normalize(posix.join(posix.dirname(document.path), path))) && `the link leads nowhere: ${link}`
  })
}

type Judgement = string | false

function matches(document: Document, pattern: RegExp, judge: (found: string) => Judgement): Finding[] {
  return [...document.text.matchAll(pattern)].flatMap((match) => {
    const message = judge(match[1] ?? '')
    if (message === false) return []
    const line = lineAt(document.text, match.index)
    return [{ file: document.path, line, message, excerpt: lineText(document.text, line) }]
  })
}

/** The folders and root files a code span may name; anything else in a span is not taken for a path. */
const ROOTS =
  /^(src|test|testdata|examples|bench|scripts|docs|bin|tools|\.ci|base|format|spec|compiler|frontend|kernel|symbolize|output|session|cli)\/[\w./-]*$/
const ROOT_FILE = /^[\w.-]+\.(json|md)$|^(Makefile|LICENSE)$/

function isRepositoryPath(span: string): boolean {
  return ROOTS.test(span) || ROOT_FILE.test(span)
}

function existsAnywhere(path: string, repository: Repository): boolean {
  return repository.exists(path) || repository.exists(`src/${path}`)
}

function headings(text: string): ReadonlySet<string> {
  const titles = [...text.matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '')
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
}
