/**
 * From the name of an output form (`-f`) to its writer.
 */
import { createJsonWriter } from './json-writer.ts'
import type { OutputWriter, WriterOptions } from './output-writer.ts'
import { createTextWriter } from './text-writer.ts'

const WRITERS = { text: createTextWriter, json: createJsonWriter }

/** Makes the writer of a form. The sinks stay the caller's. */
export function createWriter(format: keyof typeof WRITERS, options: WriterOptions): OutputWriter {
  return WRITERS[format](options)
}
