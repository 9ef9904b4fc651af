/**
 * What a walk over a stack keeps: its variables, and its frames. All of it lies in memory whose contents the verifier does not follow: it
 * would take each way through a step, with each constant that a variable may hold there, for a walk of its own.
 */
import { FILE_KEY, TREE_NODE } from '../../../spec/unwind-layout.ts'
import type { FunctionBuilder } from '../../ir/builder.ts'
import type { Operand } from '../../ir/ir.ts'

/** The variables, 8 bytes each. */
const NAMES = [
  // Registers of the frame that the walk is in; `exact` is 1 when `ip` is the instruction that is next, 0 when it is the one behind a call.
  ...(['ip', 'sp', 'bp', 'exact'] as const),
  // The innermost frame is number 0.
  ...(['number', 'count', 'mm', 'address'] as const),
  // The mapping that was looked at last: where it begins, its bytes, what makes an address in it an offset in its file, the file's table.
  ...(['start', 'size', 'shift', 'table'] as const),
  // An address of a file of which nothing is known, and whose table user space is to be asked for.
  'unknown',
  ...(['entry', 'rule', 'row', 'base', 'cfa', 'returnAddress', 'nextExact'] as const),
] as const

/** The name of a variable. */
export type VariableName = (typeof NAMES)[number]

/** A mutable i64. */
export interface Variable {
  get(): Operand
  set(value: Operand): void
}

/** The memory of a walk. */
export interface WalkMemory {
  readonly pointer: Operand
  /** Room for a node of the tree of mappings. */
  readonly node: Operand
  /** The key of the file that `unknown` is of. */
  readonly unknownKey: Operand
  /** Room for keys of maps. */
  readonly key: Operand
  variable(name: VariableName): Variable
}

const VARIABLES = 0
const UNKNOWN_KEY = VARIABLES + 8 * NAMES.length
const KEY = UNKNOWN_KEY + FILE_KEY.size
const NODE = KEY + FILE_KEY.size
const FRAMES = NODE + TREE_NODE.size
/** More than the stack of a program: a slot of this size is moved to a map, whatever else there is. */
const NOT_ON_STACK = 520

/** Reserves memory for a walk of `depth` frames; answers it, and where the frames are. */
export function reserveWalkMemory(builder: FunctionBuilder, depth: number): { readonly memory: WalkMemory; readonly frames: Operand } {
  const pointer = builder.stackSlot('walk', Math.max(FRAMES + depth * 8, NOT_ON_STACK))
  return { memory: walkMemory(builder, pointer), frames: builder.at(pointer, FRAMES) }
}

/** The memory at a pointer, in a function that is called for a walk. */
export function walkMemory(builder: FunctionBuilder, pointer: Operand): WalkMemory {
  return {
    pointer,
    node: builder.at(pointer, NODE),
    unknownKey: builder.at(pointer, UNKNOWN_KEY),
    key: builder.at(pointer, KEY),
    variable(name) {
      const offset = VARIABLES + 8 * NAMES.indexOf(name)
      return { get: () => builder.load('i64', pointer, offset), set: (value) => builder.store(pointer, value, offset) }
    },
  }
}

/** What the functions of a walk have in common. */
export const NOT_INLINED = { inlining: 'never' } as const
