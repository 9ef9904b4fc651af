/**
 * What every file must say about itself: a header, a doc comment on each export, and `@kernel` tags that name a version.
 */
import type { Finding } from './finding.ts'
import { isTest, lineAt, lineText, type Node, type SourceFile } from './source-file.ts'

/** Every file without a header, export without a doc comment, and malformed `@kernel` tag. */
export function checkComments(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => [...checkHeader(file), ...(isTest(file.path) ? [] : undocumentedExports(file)), ...checkKernelTags(file)])
}

function checkHeader(file: SourceFile): Finding[] {
  const body = file.text.replace(/^#!.*\n/, '')
  const header = /^\/\*\*[\s\S]*?\*\/\n(?!export\b)/.test(body)
  return header ? [] : [{ file: file.path, line: 1, message: 'must open with a /** ... */ header that says what the file answers for' }]
}

function undocumentedExports(file: SourceFile): Finding[] {
  const documented = new Set(file.comments.filter((comment) => comment.value.startsWith('*')).map((comment) => nextToken(file, comment.end)))
  const body = (file.program as unknown as { body: Node[] }).body
  const declared = new Set<string>()
  return body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration == null) return []
    const name = declaredName(node.declaration as Node)
    // Only the first overload carries the comment.
    const repeated = declared.has(name)
    declared.add(name)
    if (repeated || documented.has(node.start)) return []
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
    [...comment.value.matchAll(/(?<![`\w])@kernel\b(?! [2-9]\.\d{1,2}\b)/g)].map((match) => {
      const line = lineAt(file.text, comment.start + 2 + match.index)
      return { file: file.path, line, message: '@kernel must name a version, such as @kernel 5.8', excerpt: lineText(file.text, line) }
    }),
  )
}
