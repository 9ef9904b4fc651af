/**
 * The code of one function, decoded: which instructions it consists of, and where control leaves it. What lies between
 * instructions (padding, tables of hand-written assembly) is kept out: a probe there would change data.
 */
import type { Instruction } from './instruction.ts'

/** Where control leaves a function for its caller. */
export interface FunctionExit {
  readonly at: number
  /** `jump`: a tail call, by a jump to another function that returns in this one's place. */
  readonly kind: 'return' | 'jump'
  /** Where a tail call leads, counted from the function's start. */
  readonly target?: number
}

/** The way out of a function, or why it cannot be told. */
export type FunctionExits = { readonly exits: readonly FunctionExit[] } | { readonly problem: string }

/** What is known of the function beside its code. */
export interface ExitFacts {
  /** Bytes of the function. */
  readonly size: number
  /** Where Go's `runtime.deferreturn` is, counted from the function's start: behind a call of it goes on what recovered a panic. */
  readonly deferReturn?: number
}

/** Finds every place where a function is left. `instructions` are those of its `size` bytes. */
export function findExits(instructions: readonly Instruction[], facts: ExitFacts): FunctionExits {
  const byOffset = new Map(instructions.map((instruction, index) => [instruction.at, index] as const))
  const reached = reachedFrom({ instructions, byOffset, facts })
  if ('problem' in reached) return reached
  const exits: FunctionExit[] = []
  for (const index of [...reached.indexes].sort((a, b) => a - b)) {
    const { at, kind, target } = instructions[index] as Instruction
    if (kind === 'branch' && leaves(target, facts.size))
      return { problem: `the conditional jump at +${at} leaves it, and a probe there cannot see whether it will be taken` }
    if (kind === 'return') exits.push({ at: cheapest(instructions, index, reached.targets), kind })
    if (kind === 'jump' && target !== undefined && leaves(target, facts.size)) exits.push({ at, kind, target })
  }
  return { exits }
}

interface Walk {
  readonly instructions: readonly Instruction[]
  readonly byOffset: ReadonlyMap<number, number>
  readonly facts: ExitFacts
}

interface Reached {
  readonly indexes: ReadonlySet<number>
  /** Offsets that a jump or branch leads to. */
  readonly targets: ReadonlySet<number>
}

/** Follows the flow of control from every way in. */
function reachedFrom({ instructions, byOffset, facts }: Walk): Reached | { readonly problem: string } {
  const indexes = new Set<number>()
  const ahead = waysIn(instructions, facts)
  const targets = new Set(ahead)
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    const index = byOffset.get(at)
    if (index === undefined)
      return { problem: `its code cannot be told from data: something jumps into the middle of the instruction around +${at}` }
    if (indexes.has(index)) continue
    const { kind, length, target } = instructions[index] as Instruction
    if (kind === 'invalid') return { problem: `the instruction at +${at} cannot be decoded` }
    if (kind === 'register-jump')
      return { problem: `the jump at +${at} goes to an address in a register, which may be inside of it or not` }
    indexes.add(index)
    if ((kind === 'jump' || kind === 'branch') && target !== undefined && !leaves(target, facts.size)) {
      targets.add(target)
      ahead.push(target)
    }
    if (goesOn(kind) && at + length < facts.size) ahead.push(at + length)
  }
  return { indexes, targets }
}

/**
 * The entry; calls of `deferreturn`, which the runtime jumps to when a panic was recovered; and where a table of jumps is
 * used, every instruction, since only compilers make such tables and they put no data into code.
 */
function waysIn(instructions: readonly Instruction[], { deferReturn }: ExitFacts): number[] {
  const usesTable = instructions.some(({ kind }) => kind === 'table-jump')
  const behind = instructions.filter(({ kind, target }) =>
    usesTable ? kind !== 'trap' : kind === 'call' && deferReturn !== undefined && target === deferReturn,
  )
  return [0, ...behind.map(({ at }) => at)]
}

function goesOn(kind: Instruction['kind']): boolean {
  return kind === 'branch' || kind === 'call' || kind === 'nop' || kind === 'other'
}

function leaves(target: number | undefined, size: number): boolean {
  return target !== undefined && (target < 0 || target >= size)
}

/**
 * A nop that stands before the return, when control always comes through it: there everything is as at the return itself,
 * and the kernel skips a nop at a tenth of the cost of a return.
 */
function cheapest(instructions: readonly Instruction[], index: number, targets: ReadonlySet<number>): number {
  const before = instructions[index - 1]
  const at = (instructions[index] as Instruction).at
  return before?.kind === 'nop' && before.length <= 2 && !targets.has(at) ? before.at : at
}
