/**
 * Arguments of Go functions where they are entered, what closures have captured, and results where functions return. Go's
 * debug information names only the arguments that are used, and no place of a result; the calling convention has them all,
 * and is believed as long as no register that debug information names contradicts it.
 */
import { AT, TAG } from '../constants.ts'
import { childrenOf, numberOf, referenceOf, rootOf } from '../die.ts'
import type { DebugFunction } from '../functions/debug-function.ts'
import { type Variable, variablesAt } from '../functions/variables.ts'
import { OPTIMISED_OUT } from '../locations/evaluate.ts'
import { type Location, type NoLocation, nowhere, registerPlus } from '../locations/location.ts'
import { REGISTER } from '../locations/registers.ts'
import { resolveType } from '../types/debug-type.ts'
import { nameOf, textOf } from '../unit-tables.ts'
import { assignGo, type GoPlaces } from './assign-go.ts'
import { ENTRY_CFA, isAboveFrame, isFirm } from './entry-places.ts'
import { type GoShape, shapeOf, WORD } from './go-shape.ts'

/** The arguments of a Go function where it is entered, in order, and behind them what a closure has captured. Throws `FormatError`. */
export function goArgumentsAtEntry(of: DebugFunction, address: bigint): readonly Variable[] {
  const { parameters, places } = signatureOf(of, address)
  return [
    ...parameters.map((parameter, index) => ({ ...parameter, location: places?.parameters[index] ?? listed(parameter.location) })),
    ...capturedBy(of),
  ]
}

/** The results of a Go function at its `ret` instructions, in order; those without a name are `~r0`, `~r1`, ... Throws `FormatError`. */
export function goResults(of: DebugFunction): readonly Variable[] {
  const { results, places, likely } = signatureOf(of, of.entry)
  // Registers of results do not depend on arguments; a place on the stack is behind theirs.
  const placeOf = (location: Location | undefined) => (places === undefined && location?.kind === 'memory' ? undefined : location)
  return results.map((result, index) => ({ ...result, location: placeOf((places ?? likely)?.results[index]) ?? nowhere(UNKNOWN_CALL) }))
}

const UNKNOWN_CALL =
  'debug information names other registers than the calling convention (before Go 1.22 it leaves out arguments without a name)'

/** Parameters, results, and the places that the calling convention has for them; undefined where it does not seem to be that of the function. */
interface Signature {
  readonly parameters: readonly Variable[]
  readonly results: readonly Variable[]
  readonly places: GoPlaces | undefined
  /** What the convention has for what debug information lists. */
  readonly likely: GoPlaces | undefined
}

function signatureOf(of: DebugFunction, address: bigint): Signature {
  const all = variablesAt(of, { address, atEntry: true, cfa: ENTRY_CFA })
  const parameters = withoutRepetitions(all.filter(({ role }) => role === 'parameter'))
  const results = withoutRepetitions(all.filter(({ role }) => role === 'result'))
  const candidates = candidatesOf(of, parameters, results)
  return { parameters, results, places: candidates.find((one) => agrees(one, parameters)), likely: candidates[0] }
}

/** Go 1.19 lists a variable once more for each part that it was taken apart into. */
function withoutRepetitions(variables: readonly Variable[]): readonly Variable[] {
  const seen = new Set<string>()
  return variables.filter(({ name }) => name === '_' || (!seen.has(name) && seen.add(name)))
}

/** What the convention says, and for generic functions what it says with the dictionary that is passed along. */
function candidatesOf(of: DebugFunction, parameters: readonly Variable[], results: readonly Variable[]): GoPlaces[] {
  const abi = textOf(rootOf(of.die.unit), AT.producer)?.includes('regabi') === true ? 'registers' : 'stack'
  const [inputs, outputs] = [parameters, results].map((all) => all.map(({ type }) => shapeOf(type))) as [GoShape[], GoShape[]]
  const plain = assignGo({ abi, parameters: inputs, results: outputs, frame: ENTRY_CFA })
  const takesDictionary = of.name.includes('[') && !parameters.some(({ name }) => name === '.dict')
  if (!takesDictionary) return [plain]
  // The dictionary is behind the receiver, where there is one; before it in Go 1.18 and 1.19.
  const at = (position: number): GoPlaces => {
    const all = [...inputs.slice(0, position), WORD, ...inputs.slice(position)]
    const places = assignGo({ abi, parameters: all, results: outputs, frame: ENTRY_CFA })
    return { ...places, parameters: places.parameters.filter((_, index) => index !== position) }
  }
  const isMethod = /\)\.|\]\./.test(of.name)
  return isMethod ? [at(1), at(0), plain] : [at(0), plain]
}

function agrees({ parameters: places }: GoPlaces, parameters: readonly Variable[]): boolean {
  return parameters.every(({ location }, index) => !isFirm(location) || sameRegisters(location, places[index]))
}

/** True when both name the same registers in the same order. Debug information leaves out the padding between fields. */
function sameRegisters(one: Location, other: Location | undefined): boolean {
  const mine = registersOf(one)
  const theirs = other === undefined ? [] : registersOf(other).filter((register) => register !== undefined)
  if (mine.length !== theirs.length) return false
  return mine.every((register, index) => register === undefined || register === theirs[index])
}

/** Of each part of a value; undefined where debug information does not know it. */
function registersOf(location: Location): (number | undefined)[] {
  if (location.kind === 'register') return [location.register]
  if (location.kind !== 'pieces') return []
  return location.pieces.flatMap((piece) => (piece.location === undefined ? [undefined] : registersOf(piece.location)))
}

function listed(location: Location | NoLocation): Location | NoLocation {
  if (location.kind === 'memory' && !isAboveFrame(location.address))
    return nowhere('its place on the stack is not written yet at this address')
  return location.kind === 'nowhere' && location.reason === OPTIMISED_OUT ? nowhere(UNKNOWN_CALL) : location
}

/** Captured variables are in the closure, whose address is in a register. @see Go 1.23, which says where in it */
function capturedBy({ die }: DebugFunction): Variable[] {
  const captured: Variable[] = []
  for (const child of childrenOf(die)) {
    const offset = child.abbreviation.tag === TAG.variable ? numberOf(child, AT.go_closure_offset) : undefined
    if (offset === undefined) continue
    const address = registerPlus(REGISTER.dx, BigInt(offset))
    const name = nameOf(child) ?? ''
    const type = referenceOf(child, AT.type)
    if (!name.startsWith('&')) captured.push({ name, role: 'local', type, location: { kind: 'memory', address } })
    else
      captured.push({
        name: name.slice(1),
        role: 'local',
        type: pointeeOf(type),
        location: { kind: 'memory', address: { kind: 'read', at: address, size: 8 } },
      })
  }
  return captured
}

function pointeeOf(die: Variable['type']): Variable['type'] {
  const { type } = resolveType(die)
  return type.kind === 'pointer' ? type.to : undefined
}
