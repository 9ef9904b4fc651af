/**
 * What every file must say about itself: a header, a doc comment on each export, and `@kernel` tags that name a version.
 */
import type { Finding } from './finding.ts'
import { isTest, lineAt, lineText, type Node, type SourceFile } from './source-file.ts'

/** Every file without a header, export without a doc comment, and malformed `@kernel` tag. */
export function checkComments(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map((file) => file.path))
  // What x.test.ts is about, x.ts says.
  const needsHeader = (file: SourceFile) => !paths.has(file.path.replace(/\.test\.ts$/, '.ts')) || !file.path.endsWith('.test.ts')
  return files.flatMap((file) => [
    ...(needsHeader(file) ? checkHeader(file) : []),
    ...(isTest(file.path) ? [] : undocumentedExports(file)),
    ...checkKernelTags(file),
  ])
}

function checkHeader(file: SourceFile): Finding[] {
  if (hasHeader(file)) return []
  return [{ file: file.path, line: 1, message: 'must open with a /** ... */ header that says what the file answers for' }]
}

/** A comment that stands right above the first export belongs to that export. */
function hasHeader(file: SourceFile): boolean {
  return /^(#!.*\n)?\/\*\*[\s\S]*?\*\/\n(?!export (?!type \{)[a-z])/.test(file.text)
}

function undocumentedExports(file: SourceFile): Finding[] {
  const comments = file.comments.filter((comment) => comment.value.startsWith('*')).slice(hasHeader(file) ? 1 : 0)
  const documented = new Set(comments.map((comment) => nextToken(file, comment.end)))
  const body = (file.program as unknown as { body: Node[] }).body
  const declared = new Set<string>()
  // One comment may stand above several lines of exports with nothing between them.
  let below = -1
  return body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration == null) return []
    const name = declaredName(node.declaration as Node)
    // Only the first overload carries the comment.
    const repeated = declared.has(name)
    declared.add(name)
    const covered = repeated || documented.has(node.start) || node.start === below
    if (covered) {
      below = node.end + 1
      return []
    }
    const line = lineAt(file.text, node.start)
    return [{ file: file.path, line, message: `export ${name} has no doc comment`, excerpt: lineText(file.text, line) }]
  })
}

function declaredName(declaration: Node): string {
  const [first] = (declaration.declarations as Node[] | undefined) ?? []
  const id = (first?.id ?? declaration.id) as Node | undefined
  return String(id?.name ?? declaration.type)
}

function nextToken(file: SourceFile, end: number): number {
  // A suppression of Biome's may stand between a comment and what it documents.
  const gap = /^(\s*\/\/ biome-ignore.*\n)*\s*/.exec(file.text.slice(end))
  return end + (gap?.[0].length ?? 0)
}

function checkKernelTags(file: SourceFile): Finding[] {
  return file.comments.flatMap((comment) =>
    [...comment.value.matchAll(/(?<![`\w])@kernel\b(?!.*\b[2-9]\.\d{1,2}\b)/g)].map((match) => {
      const line = lineAt(file.text, comment.start + 2 + match.index)
      return { file: file.path, line, message: '@kernel must name a version, such as @kernel 5.8', excerpt: lineText(file.text, line) }
    }),
  )
}
