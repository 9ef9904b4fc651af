/**
 * A number out of a location: what to compute for the `size` bytes of it that are wanted, or why that cannot be had.
 */
import { combine, constant, type Location, type NoLocation, nowhere, type Term } from './location.ts'
import { readableRegister } from './registers.ts'

/** A number, or bytes in memory that it is to be read from. */
export type Scalar = { readonly kind: 'computed'; readonly term: Term } | { readonly kind: 'memory'; readonly address: Term }

/** The number of `size` bytes at `offset` of a location; what is computed may have more bits set above. */
export function scalarAt(location: Location, offset: number, size: number): Scalar | NoLocation {
  switch (location.kind) {
    case 'register':
      return readableRegister(location.register) === undefined
        ? nowhere('it is in a register of floating-point numbers, which probes cannot read')
        : computed({ kind: 'register', register: location.register }, offset)
    case 'value':
      return computed(location.value, offset)
    case 'memory':
      return { kind: 'memory', address: combine('add', location.address, constant(BigInt(offset))) }
    case 'bytes':
      return computed(constant(littleEndian(location.bytes)), offset)
    case 'pieces':
      return fromPieces(location.pieces, offset, size)
  }
}

function computed(term: Term, offset: number): Scalar {
  return { kind: 'computed', term: offset === 0 ? term : combine('lshr', term, constant(BigInt(offset * 8))) }
}

function fromPieces(pieces: Extract<Location, { kind: 'pieces' }>['pieces'], offset: number, size: number): Scalar | NoLocation {
  let start = 0
  for (const piece of pieces) {
    const end = start + piece.size
    if (offset < end && offset >= start) {
      if (offset + size > end) return nowhere('it is spread over several places')
      if (piece.location === undefined) return nowhere('this part of it is optimised out at this address')
      return scalarAt(piece.location, offset - start, size)
    }
    start = end
  }
  return nowhere('this part of it is optimised out at this address')
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.slice(0, 8).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
