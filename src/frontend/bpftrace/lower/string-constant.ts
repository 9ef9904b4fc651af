/**
 * Text that is known when a program is compiled, as bytes and as stores of them.
 */
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { IntegerType, Operand } from '../../../compiler/ir/ir.ts'

const SMALLEST = [1, 'i8'] as const
/** Pieces that bytes are moved in, largest first. */
const PIECES: readonly (readonly [size: number, type: IntegerType])[] = [[8, 'i64'], [4, 'i32'], [2, 'i16'], SMALLEST]

/** One run of 8, 4, 2 or 1 bytes, aligned to its size. */
export interface Piece {
  /** From the start of the whole run. */
  readonly offset: number
  readonly size: number
  readonly type: IntegerType
}

/** Splits `size` bytes that begin at `start` of aligned memory into aligned pieces: the stack takes no others. */
export function piecesOf(size: number, start: number): Piece[] {
  const pieces: Piece[] = []
  for (let offset = 0; offset < size; ) {
    const [pieceSize, type] = PIECES.find(([bytes]) => bytes <= size - offset && (start + offset) % bytes === 0) ?? SMALLEST
    pieces.push({ offset, size: pieceSize, type })
    offset += pieceSize
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
      for (const piece of piecesOf(bytes.length, offset)) {
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
