/**
 * What is known of places where a function is entered, in any calling convention of x86-64.
 */
import { type Location, type NoLocation, registerPlus, type Term } from '../locations/location.ts'
import { REGISTER } from '../locations/registers.ts'

/** The canonical frame address when a function is entered, and again at its `ret`: above the return address. */
export const ENTRY_CFA: Term = registerPlus(REGISTER.sp, 8n)

/** What debug information says of registers and constants is so; what it says of the stack may be of later. */
export function isFirm(location: Location | NoLocation): location is Location {
  if (location.kind === 'nowhere' || location.kind === 'memory') return false
  return location.kind !== 'pieces' || location.pieces.every((piece) => piece.location === undefined || isFirm(piece.location))
}

/** True where the caller has put an argument: above the return address. */
export function isAboveFrame(address: Term): boolean {
  if (address.kind !== 'binary' || address.operator !== 'add') return true
  const { left, right } = address
  const isStackPointer = left.kind === 'register' && left.register === REGISTER.sp
  return !(isStackPointer && right.kind === 'constant' && BigInt.asIntN(64, right.value) < 8n)
}
