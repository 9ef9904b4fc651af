/**
 * From the name of an output form (`-f`) to its writer.
 */
import { createJsonWriter } from './json-writer.ts'
import type { WriterFormat } from './output-format.ts'
import type { OutputWriter, WriterOptions } from './output-writer.ts'
import { createTextWriter } from './text-writer.ts'

const WRITERS: Readonly<Record<WriterFormat, (options: WriterOptions) => OutputWriter>> = { text: createTextWriter, json: createJsonWriter }

/** Makes the writer of a form. The sinks stay the caller's. */
export function createWriter(format: WriterFormat, options: WriterOptions): OutputWriter {
  return WRITERS[format](options)
}
