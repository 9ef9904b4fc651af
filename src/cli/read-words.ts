/**
 * Splits the words of a command line into options and the rest, by the conventions of getopt_long(3): options stand anywhere
 * before `--`, short ones may be joined (`-qv`), and a value may stand in the same word (`-p12`, `--pid=12`).
 */
import { UsageError } from '../base/errors.ts'
import { nearestNames } from '../symbolize/nearest-names.ts'
import { OPTIONS, type OptionName, type OptionSpec, showOption } from './options.ts'

/** What the words say. A flag has the value `''`, and so has an option whose value was left out. */
export interface ReadWords {
  readonly values: ReadonlyMap<OptionName, readonly string[]>
  /** Words that are neither options nor their values, in order. */
  readonly rest: readonly string[]
}

interface Reading {
  /** Words that are not read yet. */
  readonly ahead: string[]
  readonly values: Map<OptionName, string[]>
}

/** Reads the words. Throws `UsageError` for an unknown option and for a value that is missing or too many. */
export function readWords(words: readonly string[]): ReadWords {
  const reading: Reading = { ahead: [...words], values: new Map() }
  const rest: string[] = []
  for (let word = reading.ahead.shift(); word !== undefined; word = reading.ahead.shift()) {
    if (word === '--') return { values: reading.values, rest: [...rest, ...reading.ahead] }
    if (word.startsWith('--')) readLong(word, reading)
    else if (isOption(word)) readShort(word, reading)
    else rest.push(word)
  }
  return { values: reading.values, rest }
}

/** `-` is standard input, and `-5` a number that a script takes. */
function isOption(word: string): boolean {
  return /^-[^\d]/.test(word)
}

function readLong(word: string, reading: Reading): void {
  const equals = word.indexOf('=')
  const written = equals === -1 ? word : word.slice(0, equals)
  const name = findOption('long', written)
  if (name === undefined) throw unknownOption(written)
  const spec: OptionSpec = OPTIONS[name]
  if (equals === -1) addValue(reading, name, takesValue(spec) ? nextValue(spec, reading) : '')
  else if (takesValue(spec)) addValue(reading, name, word.slice(equals + 1))
  else throw new UsageError(`option '${showOption(spec)}' takes no value`)
}

function readShort(word: string, reading: Reading): void {
  const name = findOption('short', word.slice(0, 2))
  if (name === undefined) throw unknownOption(word.slice(0, 2))
  const joined = word.slice(2)
  if (takesValue(OPTIONS[name])) addValue(reading, name, joined === '' ? nextValue(OPTIONS[name], reading) : joined)
  else {
    addValue(reading, name, '')
    if (joined !== '') readShort(`-${joined}`, reading)
  }
}

function findOption(form: 'short' | 'long', written: string): OptionName | undefined {
  return (Object.keys(OPTIONS) as OptionName[]).find((name) => (OPTIONS[name] as OptionSpec)[form] === written)
}

function takesValue(spec: OptionSpec): boolean {
  return spec.value !== undefined
}

function nextValue(spec: OptionSpec, { ahead }: Reading): string {
  const mayBeMissing = spec.value?.startsWith('[') === true
  if (mayBeMissing && (ahead[0] === undefined || ahead[0] === '--' || isOption(ahead[0]))) return ''
  const value = ahead.shift()
  if (value === undefined) throw new UsageError(`option '${showOption(spec)}' argument missing`)
  return value
}

function addValue({ values }: Reading, name: OptionName, value: string): void {
  values.set(name, [...(values.get(name) ?? []), value])
}

function unknownOption(written: string): UsageError {
  const names = Object.values<OptionSpec>(OPTIONS).flatMap(({ long }) => long ?? [])
  const [nearest] = nearestNames(written, written.startsWith('--') ? names : [], 1)
  const list = 'borescope --help lists the options'
  return new UsageError(`unknown option '${written}'`, { remedy: nearest === undefined ? list : `did you mean ${nearest}? ${list}` })
}
