/**
 * The `format` file of a tracepoint: one line per field. See Documentation/trace/events.rst.
 */
import type { TracepointField, TracepointFormat } from '../../spec/type-source.ts'

const FIELD = /^\s*field:(.*);\s*offset:(\d+);\s*size:(\d+);\s*signed:([01]);\s*$/
/** A C declaration: the type, the name, and the bounds of an array, which belong to the type. */
const DECLARATION = /^(.*?)\s*\b(\w+)\s*(\[[^\]]*\])?$/

/** Reads the text of a `format` file. Lines that are no fields are left out. */
export function parseTracepointFormat(category: string, event: string, text: string): TracepointFormat {
  return { category, event, fields: text.split('\n').flatMap(parseField) }
}

function parseField(line: string): readonly TracepointField[] {
  const found = FIELD.exec(line)
  if (found === null) return []
  const [, declaration = '', offset, size, signed] = found
  const [, type = '', name = '', bounds = ''] = DECLARATION.exec(declaration.trim()) ?? []
  return [{ name, type: `${type}${bounds}`, offset: Number(offset), size: Number(size), signed: signed === '1' }]
}
