/**
 * Where a Go function is left. The kernel's own return probes are out of the question: they put another return address on the
 * stack, and a Go program that finds it there when a stack grows or is scanned ends with "unexpected return pc". So
 * every `ret` is probed, and every jump by which another function returns in its place.
 */
import type { VirtualOffset } from '../../base/address.ts'
import type { Placement } from '../../spec/attach-point.ts'
import { type FunctionExit, findExits } from '../instructions/function-code.ts'
import type { InstructionDecoder } from '../instructions/instruction.ts'

/** A function whose exits are looked for. */
export interface GoFunctionCode {
  readonly name: string
  readonly address: VirtualOffset
  /** All bytes of it; padding behind it does no harm. */
  readonly code: Uint8Array
}

/** What the search depends on. */
export interface GoReturnFacts {
  readonly decoder: InstructionDecoder
  /** Where `runtime.deferreturn` is, if the program has it. */
  readonly deferReturn: VirtualOffset | undefined
  /** The program reads the result, which a tail jump has not got yet. */
  readonly readsResult: boolean
}

/** One exit that is probed. */
export interface GoReturn {
  readonly at: number
  readonly placement: Extract<Placement, 'return-instruction' | 'tail-jump'>
}

/** The exits of a function; or why they cannot be probed. */
export type GoReturns = { readonly returns: readonly GoReturn[]; readonly leftOut?: string } | { readonly problem: string }

/** Functions that go over to another stack, or that never come back by the way that they were called. */
const SWITCHING =
  /^runtime\.(mcall|gogo|systemstack(_switch)?|morestack(_noctxt|c)?|newstack|asmcgocall(_no_g|_landingpad)?|cgocallback|mstart[01]?|rt0_go|goexit[01]?|sigreturn(__sigaction)?|sigtramp(go)?|cgoSigtramp|asyncPreempt2?|reflectcall|sigpanic0?|debugCallV[12]|rawVforkSyscall|clone)(\.abi0)?$/

/** Finds the exits of a Go function. */
export function findGoReturns(fn: GoFunctionCode, facts: GoReturnFacts): GoReturns {
  if (SWITCHING.test(fn.name)) return { problem: 'it goes over to another stack, so that its returns do not belong to its calls' }
  const instructions = facts.decoder.decode(fn.code)
  const deferReturn = facts.deferReturn === undefined ? {} : { deferReturn: Number(facts.deferReturn - fn.address) }
  const found = findExits(instructions, { size: fn.code.length, ...deferReturn })
  if ('problem' in found) return { problem: `its returns cannot be found: ${found.problem}` }
  if (found.exits.length === 0) return { problem: 'it never returns: it has no ret, and no jump to a function that would return for it' }
  return facts.readsResult ? withResult(found.exits) : { returns: found.exits.map(toReturn) }
}

function withResult(exits: readonly FunctionExit[]): GoReturns {
  const returns = exits.filter(({ kind }) => kind === 'return')
  const jumps = exits.length - returns.length
  const reason = 'another function returns in its place, so that there is no result yet'
  if (returns.length === 0) return { problem: `it is left by jumps only: ${reason}` }
  return {
    returns: returns.map(toReturn),
    ...(jumps === 0 ? {} : { leftOut: `${jumps === 1 ? 'a jump' : `${jumps} jumps`} out of it: ${reason}` }),
  }
}

function toReturn({ at, kind }: FunctionExit): GoReturn {
  return { at, placement: kind === 'return' ? 'return-instruction' : 'tail-jump' }
}
