/**
 * A line of source as the kernel keeps it: whole where it is short, and of a very long one (minified code) what stands around
 * the place that is meant.
 */
import { lineAt, type Position, type SourceText } from '../../base/source-text.ts'

const LONGEST = 200
const BEFORE = 60

/** The text of the line at `position`. */
export function quoteLine(source: SourceText, { line, column }: Position): string {
  const text = lineAt(source, line)
  if (text.length <= LONGEST) return text
  const start = Math.max(0, Math.min(column - 1 - BEFORE, text.length - LONGEST))
  return text.slice(start, start + LONGEST)
}
