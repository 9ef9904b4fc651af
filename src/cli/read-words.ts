/**
 * Splits the words of a command line into options and the rest. Node's own parser (`parseArgs` of node:util) knows the
 * conventions: short options that are joined (`-qv`), values in the same word (`-p12`, `--pid=12`), `--`. It hands over tokens,
 * and what is wrong with them is said here, in our words.
 */
import { parseArgs } from 'node:util'
import { UsageError } from '../base/errors.ts'
import { nearestNames } from '../base/nearest-names.ts'
import { OPTIONS, type OptionName, type OptionSpec, showOption } from './options.ts'

/** What the words say. A flag has the value `''`, and so has an option whose value was left out. */
export interface ReadWords {
  readonly values: ReadonlyMap<OptionName, readonly string[]>
  /** Words that are neither options nor their values, in order. */
  readonly rest: readonly string[]
}

const ROWS = Object.entries<OptionSpec>(OPTIONS) as readonly (readonly [OptionName, OptionSpec])[]
/** The name that the parser calls an option by: the long one without dashes, else the short one. */
const keyOf = ({ long, short }: OptionSpec): string => (long ?? short ?? '').replace(/^-+/, '')
const BY_KEY: ReadonlyMap<string, OptionName> = new Map(ROWS.map(([name, spec]) => [keyOf(spec), name]))

/** Reads the words. Throws `UsageError` for an unknown option and for a value that is missing or too many. */
export function readWords(words: readonly string[]): ReadWords {
  const args = withEmptyValues(words)
  const { tokens } = parseArgs({ args, options: parserOptions(), strict: false, allowPositionals: true, tokens: true })
  const values = new Map<OptionName, string[]>()
  const rest: string[] = []
  const taken = new Set<number>()
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value)
    else if (token.kind === 'option' && isNumber(args[token.index])) {
      // A number below zero is a parameter of the script; the parser sees an option in each of its digits.
      if (!taken.has(token.index)) rest.push(args[token.index] ?? '')
      taken.add(token.index)
    } else if (token.kind === 'option') addValue(values, token)
  }
  return { values, rest }
}

function parserOptions(): Record<string, { type: 'string' | 'boolean'; short?: string; multiple: true }> {
  return Object.fromEntries(
    ROWS.map(([, spec]) => {
      const short = spec.short === undefined ? {} : { short: spec.short.slice(1) }
      return [keyOf(spec), { type: takesValue(spec) ? 'string' : 'boolean', ...short, multiple: true }]
    }),
  )
}

const isNumber = (word: string | undefined): boolean => /^-\d/.test(word ?? '')
const isOption = (word: string): boolean => word.startsWith('-') && word !== '-' && !isNumber(word)
const takesValue = ({ value }: OptionSpec): boolean => value !== undefined

/** The parser has no values that may be left out: where one is, an empty one is put in. */
function withEmptyValues(words: readonly string[]): string[] {
  const optional = ROWS.filter(([, { value }]) => value?.startsWith('[') === true)
  return separated(words).map((word, index, all) => {
    const spec = optional.find(([, { short, long }]) => word === short || word === long)?.[1]
    const next = all[index + 1]
    return spec !== undefined && (next === undefined || isOption(next)) ? `--${keyOf(spec)}=` : word
  })
}

/** `-lv` is `-v -l`: a value that may be left out is not looked for among the letters of other options. */
function separated(words: readonly string[]): string[] {
  return words.flatMap((word) => (/^-(?:l[vqk]+|[vqk]+l)$/.test(word) ? [`-${word.replace(/[-l]/g, '')}`, '-l'] : [word]))
}

function addValue(
  values: Map<OptionName, string[]>,
  token: { readonly name: string; readonly rawName: string; readonly value: string | undefined; readonly inlineValue: boolean | undefined },
): void {
  const name = BY_KEY.get(token.name)
  if (name === undefined) throw unknownOption(token.rawName)
  const spec: OptionSpec = OPTIONS[name]
  if (!takesValue(spec) && token.inlineValue === true) throw new UsageError(`option '${showOption(spec)}' takes no value`)
  if (takesValue(spec) && token.value === undefined) throw new UsageError(`option '${showOption(spec)}' argument missing`)
  values.set(name, [...(values.get(name) ?? []), token.value ?? ''])
}

function unknownOption(written: string): UsageError {
  const names = Object.values<OptionSpec>(OPTIONS).flatMap(({ long }) => long ?? [])
  const [nearest] = nearestNames(written, written.startsWith('--') ? names : [], 1)
  const list = 'borescope --help lists the options'
  return new UsageError(`unknown option '${written}'`, { remedy: nearest === undefined ? list : `did you mean ${nearest}? ${list}` })
}
