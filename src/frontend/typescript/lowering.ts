/**
 * What the files that lower one kind of syntax each share: the builder, the state of the variables on the current path, and
 * the way back to "lower this expression". Lowering is at the same time the check: it walks the function along its control
 * flow with exact ranges, so what it cannot honour it reports where it stands.
 */
import type { Expression, Node, SpreadElement, Statement, Super } from 'acorn'
import type { FunctionBuilder } from '../../compiler/ir/builder.ts'
import type { Block } from '../../compiler/ir/ir.ts'
import type { PidNamespace } from '../../compiler/lowering/current-task.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { NamedMember, TracepointFormat, UprobeTarget } from '../../spec/type-source.ts'
import type { Binding, FunctionBinding } from './binding.ts'
import type { Range } from './range.ts'
import type { Value } from './value.ts'
import type { FunctionNode, Scope, Variable } from './variable.ts'

/** The values of all variables at one place of the control flow. */
export type Variables = Map<Variable, Value>

/** A place in the control flow: the end of a block, and what is known there. */
export interface Flow {
  readonly block: Block
  readonly variables: Variables
}
/** Where a condition leads. Absent: the condition never answers so. */
export interface Branches {
  readonly whenTrue: Flow | undefined
  readonly whenFalse: Flow | undefined
}

/** A stable code, what was found, and what to do about it. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** What the probe is attached to, and whose ids it sees. */
export interface ProbeTarget {
  /** As the library calls it. */
  readonly kind: ProbeKindName
  /** Where it goes, where that is no function of a program. */
  readonly point?: Exclude<AttachPoint, { kind: 'uprobe' }>
  /** The function of a program. */
  readonly target?: UprobeTarget
  /** At the returns of that function. */
  readonly return: boolean
  /** What the record of a tracepoint holds. */
  readonly tracepoint?: TracepointFormat
  /** What a raw tracepoint is called with; empty where the kernel does not describe it. */
  readonly parameters?: readonly NamedMember[]
  /** The numbering of `ctx.pid` and `ctx.tid`; the initial namespace's when it is absent. */
  readonly pidNamespace?: PidNamespace
  /** Only hits of this process. */
  readonly pid?: number
  /** Whether the probe may change what it traces. */
  readonly unsafe?: boolean
}

/** Kinds of probe, as the library calls them. */
export type ProbeKindName = 'uprobe' | 'uretprobe' | 'tracepoint' | 'rawTracepoint' | 'interval' | 'profile'

/** A statement that `break` leaves, and where the paths gather. */
export interface JumpTarget {
  readonly labels: readonly string[]
  readonly breaks: Flow[]
  /** Of loops. */
  readonly continues?: Flow[]
  /** Gives back what the loop holds; before it is left for anywhere but behind it. */
  readonly close?: () => void
  /** Only a `break` with its label leaves a block. */
  readonly isBlock?: true
}

/** A call that is written out where it stands. */
export interface InlinedCall {
  readonly function: FunctionNode
  readonly outer: InlinedCall | undefined
  /** Paths that end in `return`, with what they answer. */
  readonly returns: { readonly flow: Flow; readonly result: Value }[]
}

/** A function that was parsed, or what is wrong with its text. */
export type ParsedFunction = { readonly function: FunctionNode } | { readonly problem: Problem }

/** The state of one lowering. */
export interface Lowering {
  readonly builder: FunctionBuilder
  readonly probe: ProbeTarget
  /** What a free name of the function at hand is bound to. */
  resolve: (name: string) => Binding
  /** The variables on the current path; undefined when it cannot be reached. */
  variables: Variables | undefined
  /** Visible names, innermost scope last. */
  scopes: Scope[]
  /** What `break` and `continue` can leave here, innermost last. */
  targets: readonly JumpTarget[]
  /** The call that is being written out; undefined in the probe function itself. */
  call: InlinedCall | undefined
  /** Paths on which the `?.` chain at hand ends early; undefined outside of one. */
  chain: { readonly flow: Flow; readonly result?: Value }[] | undefined
  /** The syntax tree of a function outside of the probe. */
  readonly parse: (binding: FunctionBinding) => ParsedFunction
  /** Lowers an expression to its value. */
  readonly value: (node: Expression | SpreadElement | Super) => Value
  /** Lowers a statement. */
  readonly statement: (node: Statement) => void
  /** Lowers an expression that decides where to go on. */
  readonly branch: (node: Expression) => Branches
  /** Reports a mistake and answers the error value. */
  readonly report: (node: Pick<Node, 'start' | 'end'>, problem: Problem) => Value & { readonly kind: 'error' }
}

/** Goes on at `flow`, or nowhere. */
export function enter(cx: Lowering, flow: Flow | undefined): void {
  cx.variables = flow?.variables
  if (flow !== undefined) cx.builder.moveTo(flow.block)
}
/** The current place; undefined when it cannot be reached. */
export function leave(cx: Lowering): Flow | undefined {
  return cx.variables === undefined ? undefined : { block: cx.builder.current, variables: cx.variables }
}
/** A new empty block in which the variables are what they are here. */
export function fork(cx: Lowering, name: string): Flow {
  return { block: cx.builder.block(name), variables: new Map(cx.variables) }
}

/** Finds a variable by name, innermost scope first. */
export function findVariable(cx: Lowering, name: string): Variable | undefined {
  for (let depth = cx.scopes.length - 1; depth >= 0; depth--) {
    const variable = cx.scopes[depth]?.get(name)
    if (variable !== undefined) return variable
  }
  return undefined
}

/** `[a, b]` in words, for messages about ranges. */
export function showRange(range: Range): string {
  return range.min === range.max ? `${range.min}` : `${showBound(range.min)} to ${showBound(range.max)}`
}
function showBound(value: bigint): string {
  const size = value < 0n ? -value : value
  for (const [near, text] of [
    [size, ''],
    [size + 1n, ' - 1'],
    [size - 1n, ' + 1'],
  ] as const) {
    const bits = near.toString(2).length - 1
    if (bits >= 31 && near === 1n << BigInt(bits)) return value < 0n ? `-(2^${bits}${text})` : `2^${bits}${text}`
  }
  return `${value}`
}
