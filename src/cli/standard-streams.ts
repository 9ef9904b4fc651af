/**
 * The streams of the command: results that must arrive, and messages that may get lost. On a terminal messages are made
 * harmless: names of files and symbols in them come from programs that nobody has to trust.
 */
import { textFilter } from '../output/escape.ts'
import { descriptorSink } from '../session/byte-sink.ts'
import type { ByteSink } from '../session/script/script-options.ts'
import { toByteString } from '../spec/byte-string.ts'
import { isTerminal } from './is-terminal.ts'

/** File descriptor of standard output. */
export const STDOUT = 1
const STDERR = 2

/**
 * A sink for results. A reader that has gone away is told once, to `onReaderGone`; for any other failure its methods throw
 * `SyscallError`.
 */
export function resultSink(fd: number, onReaderGone: () => void): ByteSink {
  return descriptorSink(fd, (error) => {
    if (error.errno !== 'EPIPE') throw error
    onReaderGone()
  })
}

/** A sink for messages, on stderr. That nobody reads them stops nothing. */
export function messageSink(): ByteSink {
  return harmlessOnTerminal(
    descriptorSink(STDERR, () => {}),
    STDERR,
  )
}

/** The sink, with control characters escaped when the descriptor is a terminal. */
function harmlessOnTerminal(sink: ByteSink, fd: number): ByteSink {
  const filter = textFilter({ escapeControls: isTerminal(fd) })
  return { write: (text) => sink.write(filter(text)), flush: () => sink.flush() }
}

/** Writes one message, at once. */
export function sayMessage(text: string): void {
  const sink = messageSink()
  sink.write(toByteString(text))
  sink.flush()
}

/** Writes lines of text to stdout, at once. */
export function printText(lines: readonly string[]): void {
  const sink = harmlessOnTerminal(
    resultSink(STDOUT, () => {}),
    STDOUT,
  )
  for (const line of lines) sink.write(`${toByteString(line)}\n`)
  sink.flush()
}
