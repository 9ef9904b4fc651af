/**
 * Functions outside of the probe that it calls: their texts, and which text a place is in. Each text is given places of its own behind
 * those before it, so that one number says both where something stands and in which text.
 */
import type { SourceText, Span } from '../../base/source-text.ts'
import type { FunctionBinding } from './binding.ts'
import type { ParsedFunction } from './lowering.ts'
import { parseFunction } from './parse.ts'

interface CalledText {
  readonly binding: FunctionBinding
  readonly parsed: ParsedFunction
  readonly start: number
  readonly end: number
}

/** A place of the user's files, and what stands there in the text that was compiled. */
export interface OriginalPlace {
  readonly source: SourceText
  readonly span: Span
  readonly text: string
}

/** The texts that one probe is compiled from besides its own. */
export class CalledTexts {
  readonly #texts: CalledText[] = []
  #end: number

  /** `end`: the length of the probe's own text. */
  constructor(end: number) {
    this.#end = end
  }

  /** The syntax tree of a function, the same at each call. */
  parse(binding: FunctionBinding): ParsedFunction {
    const known = this.#texts.find((one) => one.binding.text === binding.text && one.binding.name === binding.name)
    if (known !== undefined) return known.parsed
    const start = this.#end
    const parsed = parseFunction(binding.text, start)
    this.#end += binding.text.length
    this.#texts.push({ binding, parsed, start, end: this.#end })
    return parsed
  }

  /** The place of a span of a called function; undefined in the probe's own text. */
  find({ start, end }: Span): OriginalPlace | undefined {
    const found = this.#texts.find((one) => start >= one.start && start < one.end)
    if (found === undefined) return undefined
    const span = { start: start - found.start, end: end - found.start }
    return { source: found.binding.source, span: found.binding.locate(span), text: found.binding.text.slice(span.start, span.end) }
  }
}
