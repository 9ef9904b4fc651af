/**
 * How long a file and a function may be. A table may be longer when `scripts/sizes.json` names it with the reason; an
 * exception that is no longer needed is a finding too, so that the list only shrinks. Tests are only warned about.
 */
import type { Finding } from './finding.ts'
import { isTest, lineAt, lineText, type Node, type SourceFile, walk } from './source-file.ts'

/** Lines of a file beyond which one should look for the second idea in it. */
export const FILE_LINES_WARNED = 300
/** Lines that no file may pass. */
export const FILE_LINES_MAX = 500
/** Lines that no function may pass. */
export const FUNCTION_LINES_MAX = 80

/** The contents of `scripts/sizes.json`: a path and why the file may be long. */
export type SizeExceptions = Readonly<Record<string, string>>

/** Every file and function that is too long. */
export function checkSizes(files: readonly SourceFile[], exceptions: SizeExceptions): Finding[] {
  const sizes = files.filter((file) => exceptions[file.path] === undefined)
  return [...sizes.flatMap(checkFile), ...files.filter((file) => !isTest(file.path)).flatMap(checkFunctions), ...stale(files, exceptions)]
}

function checkFile(file: SourceFile): Finding[] {
  const lines = lineCount(file)
  const counted = { file: file.path, message: `${lines} lines` }
  if (lines > FILE_LINES_MAX && !isTest(file.path)) {
    return [{ ...counted, message: `${lines} lines; ${FILE_LINES_MAX} is the limit (tables: scripts/sizes.json, with the reason)` }]
  }
  if (lines <= FILE_LINES_WARNED) return []
  return [{ ...counted, message: `${lines} lines: look for the second idea in it`, severity: 'warning' }]
}

function checkFunctions(file: SourceFile): Finding[] {
  return [...walk(file.program as unknown as Node)].filter(isFunction).flatMap((node) => {
    const line = lineAt(file.text, node.start)
    const lines = lineAt(file.text, node.end) - line + 1
    if (lines <= FUNCTION_LINES_MAX) return []
    return [
      {
        file: file.path,
        line,
        message: `a function of ${lines} lines; ${FUNCTION_LINES_MAX} is the limit`,
        excerpt: lineText(file.text, line),
      },
    ]
  })
}

function stale(files: readonly SourceFile[], exceptions: SizeExceptions): Finding[] {
  const long = new Set(files.filter((file) => lineCount(file) > FILE_LINES_WARNED).map((file) => file.path))
  const unneeded = Object.keys(exceptions).filter((path) => !long.has(path))
  return unneeded.map((path) => ({ file: 'scripts/sizes.json', message: `${path} needs no exception any more` }))
}

function isFunction(node: Node): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)
}

function lineCount(file: SourceFile): number {
  return file.text.split('\n').length - 1
}
