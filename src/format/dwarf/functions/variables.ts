/**
 * Parameters and locals of a function at one of its addresses. What the compiler dropped from an out-of-line copy is still
 * listed by the abstract function, and so is known to exist and to be nowhere.
 */
import { AT, TAG } from '../constants.ts'
import { attributeOf, childrenOf, type Die, isSet, originsOf, referenceOf } from '../die.ts'
import { evaluate, type Frame, OPTIMISED_OUT } from '../locations/evaluate.ts'
import { type Location, type NoLocation, nowhere, type Term } from '../locations/location.ts'
import { expressionAt } from '../locations/location-list.ts'
import { REGISTER } from '../locations/registers.ts'
import { covers, rangesOf } from '../ranges.ts'
import { nameOf } from '../unit-tables.ts'
import type { DebugFunction } from './debug-function.ts'

/** Where in a function variables are asked for. */
export interface ProbePoint {
  /** Of the probed instruction. */
  readonly address: bigint
  /** True while registers and stack pointer are as the caller left them. */
  readonly atEntry: boolean
  /** The canonical frame address there, where it is known. */
  readonly cfa: Term | undefined
}

/** A variable. */
export interface Variable {
  readonly name: string
  readonly role: 'parameter' | 'result' | 'local'
  /** The entry of its type; undefined for none. */
  readonly type: Die | undefined
  readonly location: Location | NoLocation
}

const DEEPEST_BLOCK = 64

/** The parameters of a function in order, then the results that have names, and the locals in scope, inner ones first. Throws `FormatError`. */
export function variablesAt(of: DebugFunction, point: ProbePoint): readonly Variable[] {
  const frame = frameOf(of, point)
  const own = scopeOf(of.die, point.address)
  const listed = parametersOf(of.die).map((die) => describe(die, frame, point))
  return [...listed, ...own.filter((die) => die.abbreviation.tag === TAG.variable).map((die) => describe(die, frame, point))]
}

/** The entries of the parameters: each the concrete one where there is one, in the order of the source. Throws `FormatError`. */
function parametersOf(of: Die): Die[] {
  const own = [...childrenOf(of)].filter(isParameter)
  const abstract = originsOf(of).find((one) => one !== of && isSet(one, AT.inline)) ?? referenceOf(of, AT.abstract_origin)
  if (abstract === undefined) return own
  const continued = new Map(own.map((die) => [keyOf(referenceOf(die, AT.abstract_origin)), die]))
  const listed = [...childrenOf(abstract)].filter(isParameter)
  const names = new Set(listed.map(keyOf))
  return [
    ...listed.map((die) => continued.get(keyOf(die)) ?? die),
    ...own.filter((die) => !names.has(keyOf(referenceOf(die, AT.abstract_origin)))),
  ]
}

/** The entries of variables of a function and the blocks in it that hold the address; inner ones first. */
function scopeOf(die: Die, address: bigint, depth = 0): Die[] {
  const inner: Die[] = []
  const own: Die[] = []
  for (const child of childrenOf(die)) {
    const { tag } = child.abbreviation
    if (tag === TAG.variable) own.push(child)
    else if (tag === TAG.lexical_block && depth < DEEPEST_BLOCK && covers(rangesOf(child), address))
      inner.push(...scopeOf(child, address, depth + 1))
  }
  return [...inner, ...own]
}

function describe(die: Die, frame: Frame, { address }: ProbePoint): Variable {
  const origins = originsOf(die)
  const typed = origins.find((one) => attributeOf(one, AT.type) !== undefined)
  const isResult = origins.some((one) => isSet(one, AT.variable_parameter))
  const role = die.abbreviation.tag === TAG.variable ? 'local' : isResult ? 'result' : 'parameter'
  return {
    name: nameOf(die) ?? '',
    role,
    type: typed === undefined ? undefined : referenceOf(typed, AT.type),
    location: locate(die, frame, address),
  }
}

function locate(die: Die, frame: Frame, address: bigint): Location | NoLocation {
  const found = expressionAt(die.unit, attributeOf(die, AT.location), address)
  if (found !== undefined) return evaluate(found.bytes, frame)
  for (const one of originsOf(die)) {
    const value = attributeOf(one, AT.const_value)
    if (value?.kind === 'constant') return { kind: 'value', value: { kind: 'constant', value: BigInt.asUintN(64, value.value) } }
    if (value?.kind === 'block') return { kind: 'bytes', bytes: value.bytes.slice() }
  }
  return nowhere(OPTIMISED_OUT)
}

function frameOf(of: DebugFunction, point: ProbePoint): Frame {
  const { unit } = of.die
  const outer: Frame = { unit, atEntry: point.atEntry, cfa: point.cfa, frameBase: () => nowhere('the frame is described by itself') }
  let base: Term | NoLocation | undefined
  return {
    ...outer,
    frameBase: () => {
      base ??= frameBaseOf(of, point, outer)
      return base
    },
  }
}

function frameBaseOf({ die }: DebugFunction, { address, atEntry }: ProbePoint, frame: Frame): Term | NoLocation {
  const found = expressionAt(die.unit, attributeOf(die, AT.frame_base), address)
  if (found === undefined) return nowhere('where the frame begins is not known at this address')
  const base = evaluate(found.bytes, frame)
  if (base.kind === 'nowhere') return base
  if (base.kind === 'memory') return base.address
  if (base.kind !== 'register') return nowhere('where the frame begins is not to be computed')
  // Before the prologue the frame pointer is still the caller's.
  return atEntry && base.register === REGISTER.bp ? nowhere(NO_FRAME_YET) : { kind: 'register', register: base.register }
}

const NO_FRAME_YET = 'its place on the stack is not made yet at this address'

function isParameter(die: Die): boolean {
  return die.abbreviation.tag === TAG.formal_parameter
}

/** Tells entries apart: two `Die` may be of one entry. */
function keyOf(die: Die | undefined): string {
  return die === undefined ? '' : `${die.unit.header.section}:${die.unit.header.offset + die.at}`
}
