/**
 * Options of a script's own: what the command line gives by name (`-- --name=value`), and what the script asks for by `getopt`.
 */
import type { StaticValue } from './check/static-type.ts'

/** What a script says of one of its options. */
export interface OptionUse {
  readonly name: string
  readonly fallback: StaticValue
  readonly description: string | undefined
}

/** The words behind a script: parameters by position, and options by name. An option without a value is `true`. */
export function splitWords(words: readonly string[]): { readonly positional: string[]; readonly named: Map<string, string> } {
  const positional: string[] = []
  const named = new Map<string, string>()
  for (const word of words) {
    const [, name, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? []
    if (name === undefined) positional.push(word)
    else named.set(name, value ?? 'true')
  }
  return { positional, named }
}

/** The options of one script. */
export class NamedOptions {
  readonly #given: ReadonlyMap<string, string>
  readonly #uses = new Map<string, OptionUse>()

  constructor(given: ReadonlyMap<string, string> = new Map()) {
    this.#given = given
  }

  /** What the command line says, as text. */
  given(name: string): string | undefined {
    return this.#given.get(name)
  }

  /** Notes a use, and answers the first one of that name. */
  use(use: OptionUse): OptionUse {
    const first = this.#uses.get(use.name) ?? use
    this.#uses.set(use.name, first)
    return first
  }

  /** The options that the script asks for. */
  get known(): readonly OptionUse[] {
    return [...this.#uses.values()]
  }

  /** Names that are given and that the script does not ask for. */
  get unknown(): readonly string[] {
    return [...this.#given.keys()].filter((name) => !this.#uses.has(name))
  }
}
