/**
 * The range decoder of LZMA: bits by probabilities that adapt. Source: lzma-specification.txt of Igor Pavlov's LZMA SDK.
 */
import { FormatError } from '../../base/errors.ts'

/** Probabilities have 11 bits, and begin at a half. */
const HALF = 1024
const TOP = 1 << 24

/** `count` probabilities that nothing is known of. */
export function freshProbabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(HALF)
}

/** Reads bits from a piece of bytes, which is set by `start`. */
export class RangeDecoder {
  #bytes: Uint8Array = new Uint8Array()
  #position = 0
  #range = 0
  #code = 0

  /** Begins with a piece; throws `FormatError` when it is none. */
  start(bytes: Uint8Array): void {
    if (bytes.length < 5 || bytes[0] !== 0) throw new FormatError('xz', 'a chunk that does not begin as one')
    this.#bytes = bytes
    this.#position = 5
    this.#range = 0xffffffff
    this.#code = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  }

  bit(probabilities: Uint16Array, index: number): 0 | 1 {
    const probability = probabilities[index] as number
    const bound = (this.#range >>> 11) * probability
    const isOne = this.#code >= bound
    if (isOne) {
      this.#range -= bound
      this.#code -= bound
      probabilities[index] = probability - (probability >>> 5)
    } else {
      this.#range = bound
      probabilities[index] = probability + ((2048 - probability) >>> 5)
    }
    this.#normalize()
    return isOne ? 1 : 0
  }

  /** `count` bits, the highest first, by a tree of probabilities that begins at `start`. */
  tree(probabilities: Uint16Array, start: number, count: number): number {
    let node = 1
    for (let bit = 0; bit < count; bit++) node = (node << 1) | this.bit(probabilities, start + node)
    return node - (1 << count)
  }

  /** As `tree`, the lowest first. */
  reverseTree(probabilities: Uint16Array, start: number, count: number): number {
    let node = 1
    let value = 0
    for (let at = 0; at < count; at++) {
      const bit = this.bit(probabilities, start + node)
      node = (node << 1) | bit
      value |= bit << at
    }
    return value
  }

  /** Bits that are as likely as not. */
  direct(count: number): number {
    let value = 0
    for (let bit = 0; bit < count; bit++) {
      this.#range >>>= 1
      const isOne = this.#code >= this.#range
      if (isOne) this.#code -= this.#range
      value = ((value << 1) | (isOne ? 1 : 0)) >>> 0
      this.#normalize()
    }
    return value
  }

  #normalize(): void {
    if (this.#range >= TOP) return
    if (this.#position >= this.#bytes.length) throw new FormatError('xz', 'a chunk that ends too early')
    this.#range = (this.#range << 8) >>> 0
    this.#code = ((this.#code << 8) | (this.#bytes[this.#position++] as number)) >>> 0
  }
}
