/**
 * Output as people read it, sections 6.1 and 6.2 of the language reference, byte for byte what bpftrace prints.
 */
import type { MapContents, Value } from '../spec/value.ts'
import { type TextFilter, textFilter } from './escape.ts'
import { histogramText } from './histogram-text.ts'
import { mapFullMessage, totalDroppedText } from './map-full.ts'
import type { OutputWriter, WriterOptions } from './output-writer.ts'
import { renderFormat } from './printf.ts'
import { keyText, valueText } from './value-text.ts'

/** Writes text: what the script says to `out`, what is said about the run to `err`. */
export function createTextWriter({ out, err, escapeControls }: WriterOptions): OutputWriter {
  const filter = textFilter({ escapeControls })
  return {
    attachedProbes: (count) => err.write(`Attached ${count} ${count === 1 ? 'probe' : 'probes'}\n`),
    printf: (format, values) => out.write(renderFormat(format, values, filter)),
    message: ({ severity, place, format }, values) => {
      const text = renderFormat(format, values, filter).replace(/\n$/, '')
      err.write(`${place.text}: ${severity === 'error' ? 'ERROR' : 'WARNING'}: ${text}\n`)
    },
    time: (text) => out.write(text),
    foreign: (from, text) => out.write(from === 'system' ? `${text}\n` : text),
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
  return `${title}: ${valueText(value, filter)}\n`
}
