/**
 * Arguments where a function is entered. Debug information is often silent there (not optimised: a stack slot that is not
 * written yet; optimised: nothing for what is not used), the ABI is wrong where the compiler has changed the signature. So
 * the ABI is believed as long as nothing that debug information says of a register contradicts it.
 */
import { AT } from '../constants.ts'
import { attributeOf, type Die, originsOf, referenceOf } from '../die.ts'
import type { DebugFunction } from '../functions/debug-function.ts'
import { type Variable, variablesAt } from '../functions/variables.ts'
import { OPTIMISED_OUT } from '../locations/evaluate.ts'
import { type Location, type NoLocation, nowhere } from '../locations/location.ts'
import { assignSysv } from './assign-sysv.ts'
import { ENTRY_CFA, isAboveFrame, isFirm } from './entry-places.ts'
import { goArgumentsAtEntry } from './go-arguments.ts'

/** What is known beside the entry itself. */
export interface EntryFacts {
  /** The probed instruction; registers and stack pointer must still be as the caller left them. */
  readonly address: bigint
  /** The symbol's name says that the signature was changed (`.isra`, `.constprop`). */
  readonly cloned: boolean
}

/** The parameters of a function where it is entered, in order. Throws `FormatError`. */
export function argumentsAtEntry(of: DebugFunction, { address, cloned }: EntryFacts): readonly Variable[] {
  if (of.language === 'go') return goArgumentsAtEntry(of, address)
  const parameters = variablesAt(of, { address, atEntry: true, cfa: ENTRY_CFA }).filter(({ role }) => role === 'parameter')
  const types = parameters.map(({ type }) => type)
  const byAbi = of.rewritten || cloned ? undefined : assignSysv(types, resultOf(of.die), ENTRY_CFA)
  const assignment = byAbi !== undefined && agrees(byAbi, parameters) ? byAbi : undefined
  return parameters.map((parameter, index) => ({ ...parameter, location: choose(parameter.location, assignment, index) }))
}

type Assignment = readonly (Location | undefined)[]

function resultOf(die: Die): Die | undefined {
  const typed = originsOf(die).find((one) => attributeOf(one, AT.type) !== undefined)
  return typed === undefined ? undefined : referenceOf(typed, AT.type)
}

function agrees(assignment: Assignment, parameters: readonly Variable[]): boolean {
  return parameters.every(({ location }, index) => !isFirm(location) || sameRegisters(location, assignment[index]))
}

/** True when both have each part that both have in the same register. */
function sameRegisters(one: Location, other: Location | undefined): boolean {
  if (other === undefined) return false
  const theirs = registersOf(other, 0)
  return [...registersOf(one, 0)].every(([offset, register]) => register === (theirs.get(offset) ?? register)) && isSameKind(one, other)
}

function isSameKind(one: Location, other: Location): boolean {
  const inRegisters = (location: Location) => location.kind === 'register' || location.kind === 'pieces'
  return inRegisters(one) === inRegisters(other)
}

function registersOf(location: Location, offset: number): Map<number, number> {
  if (location.kind === 'register') return new Map([[offset, location.register]])
  if (location.kind !== 'pieces') return new Map()
  let at = offset
  const all = new Map<number, number>()
  for (const piece of location.pieces) {
    if (piece.location !== undefined) for (const [where, register] of registersOf(piece.location, at)) all.set(where, register)
    at += piece.size
  }
  return all
}

function choose(listed: Location | NoLocation, assignment: Assignment | undefined, index: number): Location | NoLocation {
  const assigned = assignment?.[index]
  if (assigned !== undefined) return isFirm(listed) && isWhole(listed) ? listed : assigned
  if (listed.kind === 'memory' && !isAboveFrame(listed.address)) return nowhere('its place on the stack is not written yet at this address')
  return listed.kind === 'nowhere' && listed.reason === OPTIMISED_OUT
    ? nowhere('the compiler has changed what this function is called with, and says nothing of this argument')
    : listed
}

function isWhole(location: Location): boolean {
  return location.kind !== 'pieces' || location.pieces.every((piece) => piece.location !== undefined)
}
