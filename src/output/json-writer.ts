/**
 * Output for programs to read, section 6.4 of the language reference: one JSON object a line, everything to `out`.
 */
import type { MessagePlace } from '../spec/record-spec.ts'
import type { MapContents, Value } from '../spec/value.ts'
import { jsonKey, jsonObject, jsonString, jsonValue } from './json-value.ts'
import { mapFullMessage, NO_ROOM, totalDroppedText } from './map-full.ts'
import type { OutputWriter, WriterOptions } from './output-writer.ts'
import { renderFormat } from './printf.ts'
import { readErrorText } from './read-error.ts'

/** Writes JSON lines. */
export function createJsonWriter({ out, err, escapeControls }: WriterOptions): OutputWriter {
  const line = (members: readonly (readonly [string, string])[]): void => {
    const json = jsonObject(members)
    out.write(`${escapeControls ? escapeForTerminal(json) : json}\n`)
  }
  const typed = (type: string, data: string): void =>
    line([
      ['type', jsonString(type)],
      ['data', data],
    ])
  const counted = (type: string, unit: string, count: string): void =>
    line([
      ['type', jsonString(type)],
      ['count', count],
      ['data', jsonObject([[unit, count]])],
    ])
  const placed = (type: string, message: string, place: MessagePlace): void =>
    line([['type', jsonString(type)], ['msg', jsonString(message)], ...placeMembers(place)])
  const map = (contents: MapContents): void => {
    if (contents.entries.length > 0) typed(TYPES[contents.shape], jsonObject([[contents.name, mapData(contents)]]))
  }
  return {
    attachedProbes: (count) => counted('attached_probes', 'probes', String(count)),
    printf: (format, values) => typed('printf', jsonString(renderFormat(format, values, asItIs))),
    message: ({ severity, place, format }, values) =>
      placed(severity === 'error' ? 'errorf' : 'warnf', renderFormat(format, values, asItIs), place),
    runtimeWarning: ({ message, place }) => placed('runtime_error', message, place),
    failedRead: ({ place, helper }, code) =>
      line([
        ['type', jsonString('helper_error')],
        ['msg', jsonString(readErrorText(code))],
        ['helper', jsonString(helper)],
        ['retcode', String(code)],
        ...placeMembers(place),
      ]),
    time: (text) => typed('time', jsonString(text)),
    foreign: (from, text) => typed(from === 'system' ? 'syscall' : 'cat', jsonString(text)),
    join: (text) => typed('join', jsonString(text)),
    failure: (message) => err.write(`ERROR: ${message}\n`),
    value: (value) => typed('value', jsonValue(value)),
    map,
    lostEvents: (count) => counted('lost_events', 'events', String(count)),
    totalLostEvents: (total) => err.write(`WARNING: Total lost event count: ${total}\n`),
    droppedUpdates: (full) =>
      line([
        ['type', jsonString('helper_error')],
        ['msg', jsonString(mapFullMessage(full))],
        ['helper', jsonString('map_update_elem')],
        ['retcode', String(NO_ROOM)],
      ]),
    totalDroppedUpdates: (total) => err.write(totalDroppedText(total)),
    endOfProgram: () => {},
    mapAtExit: (contents) => {
      if (contents.assigned) map(contents)
    },
  }
}

function placeMembers({ file, line, column }: MessagePlace): (readonly [string, string])[] {
  return [
    ['filename', jsonString(file)],
    ['line', String(line)],
    ['col', String(column)],
  ]
}

/** The `type` that maps of a shape are announced by. */
const TYPES: Readonly<Record<MapContents['shape'], string>> = {
  plain: 'map',
  average: 'stats',
  stats: 'stats',
  histogram: 'hist',
  series: 'tseries',
}

function mapData(contents: MapContents): string {
  if (contents.keyed) return jsonObject(contents.entries.map(({ key, value }) => [jsonKey(key ?? NO_KEY), jsonValue(value)]))
  return jsonValue(contents.entries[0]?.value ?? NO_KEY)
}

const NO_KEY: Value = { kind: 'none' }

/** JSON escapes the C0 controls already; DEL and the C1 controls (`C2 80` to `C2 9F` in UTF-8) are left. */
function escapeForTerminal(json: string): string {
  return json.replace(/\x7f|\xc2[\x80-\x9f]/g, (bytes) => `\\u00${bytes.charCodeAt(bytes.length - 1).toString(16)}`)
}

function asItIs(bytes: string): string {
  return bytes
}
