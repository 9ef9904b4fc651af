/**
 * Text that is known when a program is compiled, as bytes and as stores of them.
 */
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { IntegerType, Operand } from '../../../compiler/ir/ir.ts'

/** Pieces that bytes are moved in, largest first. */
const PIECES: readonly (readonly [size: number, type: IntegerType])[] = [
  [8, 'i64'],
  [4, 'i32'],
  [2, 'i16'],
  [1, 'i8'],
]

/** One aligned-to-its-own-size piece of a run of bytes. */
export interface Piece {
  readonly offset: number
  readonly size: number
  readonly type: IntegerType
}

/** Splits `size` bytes into pieces of 8, 4, 2 and 1 bytes. */
export function piecesOf(size: number): Piece[] {
  const pieces: Piece[] = []
  let offset = 0
  for (const [pieceSize, type] of PIECES) {
    for (; size - offset >= pieceSize; offset += pieceSize) pieces.push({ offset, size: pieceSize, type })
  }
  return pieces
}

/** A byte string with its NUL. */
export interface StringConstant {
  readonly bytes: Uint8Array
  /** The NUL included. */
  readonly length: number
  /** Stores the bytes and their NUL at `pointer + offset`. */
  store(builder: FunctionBuilder, pointer: Operand, offset: number): void
}

/** The constant for a byte string (one character a byte). */
export function stringConstant(text: string): StringConstant {
  const bytes = Uint8Array.from(`${text}\0`, (char) => char.charCodeAt(0))
  return {
    bytes,
    length: bytes.length,
    store(builder, pointer, offset) {
      for (const piece of piecesOf(bytes.length)) {
        builder.store(pointer, builder.constant(piece.type, valueAt(bytes, piece)), offset + piece.offset)
      }
    },
  }
}

/** The little-endian number in a piece of some bytes. */
export function valueAt(bytes: Uint8Array, piece: Piece): bigint {
  let value = 0n
  for (let i = piece.size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[piece.offset + i] ?? 0)
  return value
}
