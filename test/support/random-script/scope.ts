/**
 * What a random script knows while it is being written: the shapes of its variables and maps, and where it is.
 */
import type { Choices } from '../choices.ts'

/** What a value is like, as far as the checker's rules about mixing go. */
export type Shape = { readonly kind: 'int' | 'bool' | 'text' | 'function' } | { readonly kind: 'tuple'; readonly items: readonly Shape[] }

/** A map of the script. `value` is a shape, or a call that aggregates, with `%` for the value that is added. */
export interface RandomMap {
  readonly name: string
  readonly key: Shape | undefined
  readonly value: Shape | { readonly kind: 'aggregation'; readonly call: string }
}

/** Probes by what their bodies may use. */
export type Place = 'special' | 'timer' | 'uprobe' | 'go' | 'uretprobe' | 'openat' | 'close' | 'exec'

/** One probe that is being written. */
export interface ScriptScope {
  readonly choices: Choices
  readonly place: Place
  readonly maps: readonly RandomMap[]
  /** Bytes of a string, its NUL included. */
  readonly maxStringLength: number
  /** Variables by block, the innermost last. */
  readonly blocks: Map<string, Shape>[]
  /** Number of the next variable. */
  readonly counter: { next: number }
}

/** True when two values may stand for each other. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.kind === 'tuple' && b.kind === 'tuple')
    return a.items.length === b.items.length && a.items.every((item, index) => sameShape(item, b.items[index] as Shape))
  return a.kind === b.kind
}

/** Names of the variables in sight that pass. */
export function variablesWhere(scope: ScriptScope, passes: (shape: Shape) => boolean): string[] {
  return scope.blocks.flatMap((block) => [...block].filter(([, shape]) => passes(shape)).map(([name]) => name))
}

/** Declares a variable in the innermost block. */
export function declareVariable(scope: ScriptScope, shape: Shape): string {
  const name = `$v${scope.counter.next++}`
  scope.blocks.at(-1)?.set(name, shape)
  return name
}

/** A shape: mostly integers. */
export function randomShape(choices: Choices, depth = 2): Shape {
  const kind = choices.below(10)
  if (kind < 5) return { kind: 'int' }
  if (kind < 8) return { kind: 'text' }
  if (kind === 8 || depth === 0) return { kind: 'bool' }
  return { kind: 'tuple', items: Array.from({ length: 2 + choices.below(3) }, () => randomShape(choices, depth - 1)) }
}
