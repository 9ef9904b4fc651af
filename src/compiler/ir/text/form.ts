/**
 * A form: how one kind of node is written, put together from words and parts.
 */
import type { LineReader } from './line-reader.ts'
import type { Choice, Part } from './parts.ts'

/** How one kind is written. */
export interface Form<F> {
  /** The words by which a line is known to be of this kind. */
  readonly starts: readonly string[]
  print(fields: F): string
  read(reader: LineReader): F
}

type Word = string | Part<object>
type FieldsIn<P> = P extends Part<infer F> ? F : never
type Intersection<U> = (U extends unknown ? (member: U) => void : never) extends (member: infer I) => void ? I : never

/** Some words, fixed or of a choice, and behind them the parts with commas between. */
export function form<const W extends readonly [string | Choice<object>, ...Word[]], const P extends readonly Part<object>[]>(
  words: W,
  ...parts: P
): Form<Intersection<FieldsIn<W[number] | P[number]>>> {
  const [first] = words
  return {
    starts: typeof first === 'string' ? [first] : first.choices,
    print: (fields) => [...words.map((word) => printWord(word, fields as object)), printParts(parts, fields as object)].join(' '),
    read: (reader) => Object.assign({}, ...words.map((word) => readWord(word, reader)), ...readParts(parts, reader)),
  }
}

function printWord(word: Word, fields: object): string | undefined {
  return typeof word === 'string' ? word : word.print(fields)
}

function printParts(parts: readonly Part<object>[], fields: object): string {
  const texts = parts.map((part) => part.print(fields))
  return texts.filter((text) => text !== undefined).join(', ')
}

function readWord(word: Word, reader: LineReader): object {
  if (typeof word !== 'string') return word.read(reader)
  reader.expect(word)
  return {}
}

function readParts(parts: readonly Part<object>[], reader: LineReader): object[] {
  return parts.map((part, index) => {
    if (part.optional === true && reader.next === undefined) return {}
    if (index > 0) reader.expect(',')
    return part.read(reader)
  })
}
