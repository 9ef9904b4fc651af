/**
 * A writer that leaves warnings out (`--no-warnings`): those of the script, and those about the run.
 */
import type { OutputWriter } from './output-writer.ts'

/** The writer, without warnings. What was lost is said all the same: the output is not whole then. */
export function withoutWarnings(writer: OutputWriter): OutputWriter {
  return {
    ...writer,
    message: (message, values) => {
      if (message.severity !== 'warning') writer.message(message, values)
    },
    runtimeWarning: () => {},
    failedRead: () => {},
    droppedUpdates: () => {},
    totalDroppedUpdates: () => {},
  }
}
