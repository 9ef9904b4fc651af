/**
 * Output as people read it, sections 6.1 and 6.2 of the language reference, byte for byte what bpftrace prints.
 */
import type { FormatString } from '../spec/format-string.ts'
import type { RecordSpec } from '../spec/record-spec.ts'
import type { MapContents, Value } from '../spec/value.ts'
import { type TextFilter, textFilter } from './escape.ts'
import { histogramText } from './histogram-text.ts'
import { mapFullMessage, totalDroppedText } from './map-full.ts'
import type { ByteRoom, OutputWriter, RecordPrinter, WriterOptions } from './output-writer.ts'
import { renderFormat } from './printf.ts'
import { readErrorText } from './read-error.ts'
import { compileFormat } from './record-text.ts'
import { seriesText } from './series-text.ts'
import { keyText, valueText } from './value-text.ts'

/** Writes text: what the script says to `out`, what is said about the run to `err`. */
export function createTextWriter({ out, err, escapeControls }: WriterOptions): OutputWriter {
  const filter = textFilter({ escapeControls })
  return {
    attachedProbes: (count) => err.write(`Attached ${count} ${count === 1 ? 'probe' : 'probes'}\n`),
    printf: (format, values) => out.write(renderFormat(format, values, filter)),
    printer: (record) => (escapeControls || out.room === undefined ? undefined : recordPrinter(record, out.room)),
    message: ({ severity, place, format }, values) => {
      const text = renderFormat(format, values, filter).replace(/\n$/, '')
      const origins = place.origins === undefined ? '' : `${place.origins}\n`
      err.write(`${place.text}: ${severity === 'error' ? 'ERROR' : 'WARNING'}: ${text}\n${origins}`)
    },
    runtimeWarning: ({ shown, place }) => err.write(`${shown}\n${place.origins === undefined ? '' : `${place.origins}\n`}`),
    failedRead: ({ place, helper, excerpt }, code) =>
      err.write(`${place.text}: WARNING: ${readErrorText(code)}\nAdditional Info - helper: ${helper}, retcode: ${code}\n${excerpt}\n`),
    time: (text) => out.write(text),
    foreign: (from, text) => out.write(from === 'system' ? `${text}\n` : text),
    join: (text) => out.write(`${filter(text)}\n`),
    failure: (message) => err.write(`ERROR: ${message}\n`),
    value: (value) => out.write(value.kind === 'histogram' ? histogramText(value) : `${valueText(value, filter)}\n`),
    map: (contents) => out.write(mapText(contents, filter)),
    lostEvents: (count) => err.write(`Lost ${count} events\n`),
    totalLostEvents: (total) => err.write(`WARNING: Total lost event count: ${total}\n`),
    droppedUpdates: (full) => err.write(`WARNING: ${mapFullMessage(full)}\n`),
    totalDroppedUpdates: (total) => err.write(totalDroppedText(total)),
    endOfProgram: () => out.write('\n\n'),
    mapAtExit: (contents) => {
      if (contents.assigned) out.write(mapText(contents, filter))
    },
  }
}

function recordPrinter({ action, layout }: RecordSpec, room: ByteRoom): RecordPrinter | undefined {
  const format = action.kind === 'printf' ? action.format : action.kind === 'print-value' ? ONE_VALUE : undefined
  const text = format && compileFormat(format, layout)
  if (text === undefined) return undefined
  const { most, write } = text
  return (data, at) => {
    const { bytes, from } = room.claim(most)
    room.take(write(data, at, bytes, from))
  }
}

/** What `print()` shows of a value on one line. */
const ONE_VALUE: FormatString = [
  {
    ...{ kind: 'conversion', conversion: 's', bits: 64, width: 0, precision: undefined },
    ...{ leftAlign: false, zeroPad: false, plus: false, space: false, alternate: false },
  },
  { kind: 'text', text: '\n' },
]

function mapText(contents: MapContents, filter: TextFilter): string {
  return contents.entries
    .map(({ key, value }) => {
      const title = key === undefined ? contents.name : `${contents.name}[${keyText(key, filter)}]`
      return entryText(title, value, filter)
    })
    .join('')
}

function entryText(title: string, value: Value, filter: TextFilter): string {
  if (value.kind === 'histogram') return `${title}:\n${histogramText(value)}\n`
  if (value.kind === 'series') return `${title}:\n${seriesText(value)}`
  return `${title}: ${valueText(value, filter)}\n`
}
