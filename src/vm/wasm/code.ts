/**
 * Bytes of WebAssembly code: numbers in LEB128, and the operators whose operands are more than a byte. What they compute is
 * the translator's business.
 */
import { TYPE, WASM } from './opcodes.ts'

/** Appends code to a buffer that grows. Methods answer the writer, so that they chain. */
export class WasmCode {
  #bytes = new Uint8Array(256)
  #length = 0

  get length(): number {
    return this.#length
  }
  /** The bytes so far, as a view that the next write may invalidate. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  byte(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(this.#length * 2)
    this.#bytes[this.#length++] = value
    return this
  }
  raw(bytes: Uint8Array): this {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow((this.#length + bytes.length) * 2)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }
  /** Operators without operands, one after another. */
  op(...opcodes: readonly number[]): this {
    for (const opcode of opcodes) this.byte(opcode)
    return this
  }
  /** An unsigned number below 2^32. */
  unsigned(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    return this.byte(rest)
  }
  i32(value: number): this {
    return this.byte(WASM.i32_const).#signed(value | 0)
  }
  /** Any 64 bits, signed or not. */
  i64(value: bigint | number): this {
    this.byte(WASM.i64_const)
    const small = Number(value)
    if (small >= -0x8000_0000 && small <= 0x7fff_ffff) return this.#signed(small)
    let rest = BigInt.asIntN(64, BigInt(value))
    while (rest < -0x40n || rest > 0x3fn) {
      this.byte(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    return this.byte(Number(rest & 0x7fn))
  }
  get(local: number): this {
    return this.byte(WASM.local_get).byte(local)
  }
  set(local: number): this {
    return this.byte(WASM.local_set).byte(local)
  }
  tee(local: number): this {
    return this.byte(WASM.local_tee).byte(local)
  }
  /** A load or store at the address on the stack plus `offset`. Alignment is a hint only, so none is promised. */
  memory(opcode: number, offset: number): this {
    return this.byte(opcode).byte(0).unsigned(offset)
  }
  /** Opens a `block`, `loop` or `if` that leaves nothing. */
  open(opcode: number): this {
    return this.byte(opcode).byte(TYPE.none)
  }
  /** Opens an `if` that leaves a value. */
  openValue(type: number): this {
    return this.byte(WASM.if).byte(type)
  }
  branch(opcode: number, depth: number): this {
    return this.byte(opcode).unsigned(depth)
  }
  call(index: number): this {
    return this.byte(WASM.call).unsigned(index)
  }
  /** Calls table entry (on the stack) as a function of type number `type`. */
  callIndirect(type: number): this {
    return this.byte(WASM.call_indirect).unsigned(type).byte(0)
  }

  #signed(value: number): this {
    let rest = value
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return this.byte(rest & 0x7f)
  }
  #grow(size: number): void {
    const bigger = new Uint8Array(size)
    bigger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = bigger
  }
}
