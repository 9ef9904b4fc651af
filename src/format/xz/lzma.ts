/**
 * LZMA: literals, and copies of what came before, by a state of what came last. Source: lzma-specification.txt of Igor Pavlov's LZMA SDK.
 */
import { FormatError } from '../../base/errors.ts'
import { freshProbabilities, type RangeDecoder } from './range-decoder.ts'

const STATES = 12
const POSITION_STATES = 16
const LENGTH_STATES = 4
/** Shortest copy. */
const LEAST_LENGTH = 2
/** Distances from slot 14 on have bits without probabilities. */
const FIRST_DIRECT_SLOT = 14
const ALIGN_BITS = 4

/** What has been decoded; copies reach back into it. */
export interface Output {
  readonly length: number
  /** Bytes since the last reset of the dictionary. */
  readonly position: number
  push(byte: number): void
  /** The byte `distance` before the end, 1 for the last; throws `FormatError` before the first. */
  back(distance: number): number
}

/** The state that goes on from chunk to chunk until it is reset. */
export class LzmaState {
  readonly #literalBits: number
  readonly #literalMask: number
  readonly #positionMask: number
  readonly #literals: Uint16Array
  readonly #isMatch = freshProbabilities(STATES * POSITION_STATES)
  readonly #isRepeat = freshProbabilities(STATES)
  readonly #isRepeat0 = freshProbabilities(STATES)
  readonly #isRepeat1 = freshProbabilities(STATES)
  readonly #isRepeat2 = freshProbabilities(STATES)
  readonly #isLongRepeat0 = freshProbabilities(STATES * POSITION_STATES)
  readonly #slots = freshProbabilities(LENGTH_STATES * 64)
  readonly #special = freshProbabilities(128)
  readonly #align = freshProbabilities(1 << ALIGN_BITS)
  readonly #lengths = lengthProbabilities()
  readonly #repeatLengths = lengthProbabilities()
  #distances: [number, number, number, number] = [1, 1, 1, 1]
  #state = 0

  /** `properties` packs the counts of bits by which literals and positions are told apart. Throws `FormatError`. */
  constructor(properties: number) {
    if (properties >= 9 * 5 * 5) throw new FormatError('xz', `properties of LZMA that do not exist: ${properties}`)
    this.#literalBits = properties % 9
    const rest = Math.floor(properties / 9)
    this.#literalMask = (1 << (rest % 5)) - 1
    this.#positionMask = (1 << Math.floor(rest / 5)) - 1
    this.#literals = freshProbabilities(0x300 << (this.#literalBits + (rest % 5)))
  }

  /** Decodes until the output has `end` bytes. Throws `FormatError`. */
  decode(range: RangeDecoder, output: Output, end: number): void {
    while (output.length < end) {
      const position = output.position & this.#positionMask
      if (range.bit(this.#isMatch, this.#state * POSITION_STATES + position) === 0) {
        output.push(this.#literal(range, output))
        this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6
        continue
      }
      const length = range.bit(this.#isRepeat, this.#state) === 0 ? this.#match(range, position) : this.#repeat(range, position)
      if (output.length + length > end) throw new FormatError('xz', 'a copy that reaches over the end of its chunk')
      for (let copied = 0; copied < length; copied++) output.push(output.back(this.#distances[0]))
    }
  }

  #literal(range: RangeDecoder, output: Output): number {
    const before = output.position === 0 ? 0 : output.back(1)
    const start = 0x300 * (((output.position & this.#literalMask) << this.#literalBits) + (before >>> (8 - this.#literalBits)))
    let symbol = 1
    if (this.#state >= 7) {
      let expected = output.back(this.#distances[0])
      while (symbol < 0x100) {
        const hint = (expected >>> 7) & 1
        expected <<= 1
        const bit = range.bit(this.#literals, start + ((1 + hint) << 8) + symbol)
        symbol = (symbol << 1) | bit
        if (hint !== bit) break
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(this.#literals, start + symbol)
    return symbol & 0xff
  }

  #match(range: RangeDecoder, position: number): number {
    const length = readLength(range, this.#lengths, position)
    const [first, second, third] = this.#distances
    this.#distances = [this.#distance(range, length), first, second, third]
    this.#state = this.#state < 7 ? 7 : 10
    return length
  }

  #distance(range: RangeDecoder, length: number): number {
    const slot = range.tree(this.#slots, Math.min(length - LEAST_LENGTH, LENGTH_STATES - 1) * 64, 6)
    if (slot < 4) return slot + 1
    const bits = (slot >>> 1) - 1
    const base = ((2 | (slot & 1)) << bits) >>> 0
    if (slot < FIRST_DIRECT_SLOT) return base + range.reverseTree(this.#special, base - slot, bits) + 1
    return base + range.direct(bits - ALIGN_BITS) * (1 << ALIGN_BITS) + range.reverseTree(this.#align, 0, ALIGN_BITS) + 1
  }

  /** One of the last four distances again. */
  #repeat(range: RangeDecoder, position: number): number {
    const state = this.#state
    const [first, second, third, fourth] = this.#distances
    if (range.bit(this.#isRepeat0, state) === 0) {
      if (range.bit(this.#isLongRepeat0, state * POSITION_STATES + position) === 0) {
        this.#state = state < 7 ? 9 : 11
        return 1
      }
    } else if (range.bit(this.#isRepeat1, state) === 0) this.#distances = [second, first, third, fourth]
    else if (range.bit(this.#isRepeat2, state) === 0) this.#distances = [third, first, second, fourth]
    else this.#distances = [fourth, first, second, third]
    this.#state = state < 7 ? 8 : 11
    return readLength(range, this.#repeatLengths, position)
  }
}

interface LengthProbabilities {
  readonly choice: Uint16Array
  readonly low: Uint16Array
  readonly middle: Uint16Array
  readonly high: Uint16Array
}

function lengthProbabilities(): LengthProbabilities {
  const short = () => freshProbabilities(POSITION_STATES * 8)
  return { choice: freshProbabilities(2), low: short(), middle: short(), high: freshProbabilities(256) }
}

function readLength(range: RangeDecoder, { choice, low, middle, high }: LengthProbabilities, position: number): number {
  if (range.bit(choice, 0) === 0) return LEAST_LENGTH + range.tree(low, position * 8, 3)
  if (range.bit(choice, 1) === 0) return LEAST_LENGTH + 8 + range.tree(middle, position * 8, 3)
  return LEAST_LENGTH + 16 + range.tree(high, 0, 8)
}
