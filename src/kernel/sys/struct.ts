/**
 * Structures handed to the kernel, as bytes plus the buffers that they point to. An address is only true while its
 * buffer is referenced, so none is made here: `syscall.ts` writes them in right before the call and holds `keep` across
 * it. Little-endian, as every machine that borescope runs on.
 */

/** A pointer field: at byte `at`, the address of `target` is to be written. */
export interface PointerField {
  readonly at: number
  readonly target: Uint8Array
}

/** Bytes for the kernel, and the buffers that must outlive the call. */
export interface KernelStruct {
  readonly bytes: Uint8Array
  readonly keep: readonly PointerField[]
}

/** Fills a zeroed structure of `size` bytes field by field, by the offsets of the kernel's headers. */
export class StructWriter {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #keep: PointerField[] = []

  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
    this.#view = new DataView(this.#bytes.buffer)
  }

  u32(at: number, value: number): this {
    this.#view.setUint32(at, value, true)
    return this
  }
  u64(at: number, value: bigint | number): this {
    this.#view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true)
    return this
  }
  /** Text with its NUL, in a field that is long enough. */
  text(at: number, value: string): this {
    this.#bytes.set(new TextEncoder().encode(value), at)
    return this
  }
  /** A pointer to `target`; without one, NULL. */
  pointer(at: number, target: Uint8Array | undefined): this {
    if (target !== undefined) this.#keep.push({ at, target })
    return this
  }
  finish(): KernelStruct {
    return { bytes: this.#bytes, keep: this.#keep }
  }
}

/** `text` as UTF-8 with a NUL behind it. */
export function cString(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`)
}

/** Numbers as an array of u64. */
export function u64Array(values: readonly (bigint | number)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, (value) => BigInt(value)).buffer)
}

/** The u32 at a byte offset of a structure that the kernel filled. */
export function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true)
}

/** The u64 at a byte offset of a structure that the kernel filled. */
export function readU64(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(at, true)
}
