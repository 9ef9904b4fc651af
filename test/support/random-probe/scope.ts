/**
 * What a random probe function in TypeScript knows while it is being written: its variables by type.
 */
import type { Choices } from '../choices.ts'

/** Types of variables. `maybe` is `bigint | undefined`, `entry` a struct of the map `pairs`. */
export type VariableType = 'num' | 'big' | 'bool' | 'text' | 'maybe' | 'entry'

interface Variable {
  readonly name: string
  readonly type: VariableType
  readonly mutable: boolean
}

/** A function that is being written. */
export interface ProbeScope {
  readonly choices: Choices
  /** Variables by block, the innermost last. */
  readonly blocks: Variable[][]
  /** Number of the next variable. */
  readonly counter: { next: number }
  /** How many loops stand around. */
  readonly loops: number
  /** `uretprobe`: there are no arguments, but a result. */
  readonly isReturn: boolean
}

/** Variables of a type that are in sight. */
export function variablesOf({ blocks }: ProbeScope, type: VariableType, mutable = false): string[] {
  return blocks.flat().flatMap((variable) => (variable.type === type && (variable.mutable || !mutable) ? [variable.name] : []))
}

/** Declares a variable in the innermost block; answers its name. */
export function declareVariable({ blocks, counter }: ProbeScope, type: VariableType, kind: 'const' | 'let'): string {
  const name = `v${counter.next++}`
  blocks.at(-1)?.push({ name, type, mutable: kind === 'let' })
  return name
}
