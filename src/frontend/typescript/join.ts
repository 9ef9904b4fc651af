/**
 * Where paths of the control flow come together: variables that differ become phis. Conversions that a merged value needs
 * (a second register, a load of a pending map value) are added at the end of each path, before its jump.
 */
import { constant, type IrType, type Operand } from '../../compiler/ir/ir.ts'
import { sizeOf, type Type } from '../../spec/types/type.ts'
import { wideOf } from './integers.ts'
import { enter, type Flow, type Lowering, type Variables } from './lowering.ts'
import { numericOf, storeText, storeValue, textSize, zeroInner } from './memory.ts'
import { presentIf, settle } from './optional.ts'
import { fits64, union } from './range.ts'
import { constantInt, FALSE, type IntValue, intValue, type PresentValue, UNDEFINED, type Value } from './value.ts'

/** A path that arrives, and the value of the expression that it computed, if that is what is being joined. */
export interface Arrival {
  readonly flow: Flow
  readonly result?: Value
}

/** How values of the arriving paths become one value behind the join. */
interface Merge {
  /** Operands of a path's value; may add instructions to the path. */
  readonly operands: (value: Value) => readonly Operand[]
  /** The merged value, given one operand for each of `operands`. */
  readonly build: (operands: readonly Operand[]) => Value
}

/** Goes on where all the arriving paths meet; answers the merged `result`. With no path, the place cannot be reached. */
export function join(cx: Lowering, arrivals: readonly Arrival[]): Value {
  const [first, ...others] = arrivals
  enter(cx, first?.flow)
  if (first === undefined) return UNDEFINED
  if (others.length === 0) return first.result ?? UNDEFINED
  const variables = [...first.flow.variables.keys()].filter((variable) => others.every(({ flow }) => flow.variables.has(variable)))
  const rows = [
    arrivals.map(({ result }) => result ?? UNDEFINED),
    ...variables.map((variable) => arrivals.map(({ flow }) => flow.variables.get(variable) ?? UNDEFINED)),
  ]
  const [result, ...merged] = mergeRows(cx, arrivals, rows)
  const after: Variables = new Map()
  for (const [index, variable] of variables.entries()) after.set(variable, merged[index] ?? UNDEFINED)
  cx.variables = after
  return result ?? UNDEFINED
}

/** Joins paths where no value is wanted. */
export function joinFlows(cx: Lowering, flows: readonly (Flow | undefined)[]): void {
  join(
    cx,
    flows.filter((flow) => flow !== undefined).map((flow) => ({ flow })),
  )
}

function mergeRows(cx: Lowering, arrivals: readonly Arrival[], rows: readonly (readonly Value[])[]): Value[] {
  const merges = rows.map((row) => mergeMemory(cx, arrivals, row) ?? planMerge(cx, row))
  const target = cx.builder.block('join')
  const paths = arrivals.map(({ flow }, path) => {
    cx.builder.moveTo(flow.block)
    cx.variables = flow.variables
    const operands = merges.map((merge, row) => merge?.operands(rows[row]?.[path] ?? UNDEFINED) ?? [])
    const block = cx.builder.current
    cx.builder.jump(target)
    return { block, operands }
  })
  cx.builder.moveTo(target)
  return merges.map((merge, row) => {
    if (merge === undefined) return rows[row]?.[0] ?? UNDEFINED
    const columns = paths[0]?.operands[row]?.length ?? 0
    return merge.build(Array.from({ length: columns }, (_, column) => phi(cx, paths, (path) => path.operands[row]?.[column])))
  })
}

function phi<Path extends { readonly block: Flow['block'] }>(
  cx: Lowering,
  paths: readonly Path[],
  operandOf: (path: Path) => Operand | undefined,
): Operand {
  const incoming = paths.map((path) => ({ block: path.block, value: operandOf(path) ?? constant('i64', 0) }))
  const value = incoming[0]?.value ?? constant('i64', 0)
  if (incoming.every((other) => sameOperand(other.value, value))) return value
  return cx.builder.phi(value.type as IrType, incoming)
}
function sameOperand(a: Operand, b: Operand): boolean {
  return a === b || (a.kind === 'constant' && b.kind === 'constant' && a.type === b.type && a.value === b.value)
}

/** A struct or array in memory on one path, and a literal that fits it on another: one place that each path fills. */
function mergeMemory(cx: Lowering, arrivals: readonly Arrival[], values: readonly Value[]): Merge | undefined {
  const model = values.find((value) => value.kind === 'struct' || value.kind === 'array')
  if (model?.kind !== 'struct' && model?.kind !== 'array') return undefined
  const literals = values.filter((value) => value.kind === 'object' || value.kind === 'list')
  const { type } = model
  if (literals.length === 0 || !values.every((value, path) => fits(type, value, arrivals[path]?.flow.variables))) return undefined
  const slot = cx.builder.stackSlot('merged', Math.ceil(sizeOf(type) / 8) * 8)
  return {
    operands: (value) => {
      zeroInner(cx, slot, { type, offset: 0 })
      storeValue(cx, NOWHERE, [type, { pointer: slot, offset: 0 }, value])
      return []
    },
    build: () => ({ ...model, pointer: slot }),
  }
}

/** True when a value can be stored as the type. */
function fits(type: Type, value: Value | undefined, variables: Variables | undefined): boolean {
  switch (type.kind) {
    case 'int':
      return value?.kind === 'int' && value.numeric === numericOf(type)
    case 'bool':
      return value?.kind === 'bool'
    case 'string':
      return value?.kind === 'text' || value?.kind === 'string'
    case 'array':
      if (value?.kind === 'array') return value.type === type
      return (
        value?.kind === 'list' &&
        value.items.length === type.count &&
        value.items.every((item) => fits(type.element, variables?.get(item), variables))
      )
    case 'struct': {
      if (value?.kind === 'struct') return value.type === type
      const { fields } = value?.kind === 'object' ? value : { fields: undefined }
      return (
        fields !== undefined &&
        fields.size === type.fields.length &&
        type.fields.every((field) => {
          const variable = fields.get(field.name)
          return variable !== undefined && fits(field.type, variables?.get(variable), variables)
        })
      )
    }
    default:
      return false
  }
}

/** Undefined when all the values are the same already. */
function planMerge(cx: Lowering, values: readonly Value[]): Merge | undefined {
  const [first = UNDEFINED] = values
  if (values.every((value) => value === first || sameStatic(value, first))) return undefined
  if (values.some((value) => value.kind === 'undefined' || value.kind === 'optional')) return mergeOptionals(cx, values)
  return mergePresent(cx, values) ?? conflict(values)
}

function mergePresent(cx: Lowering, values: readonly Value[]): Merge | undefined {
  const [first] = values
  if (first?.kind === 'int') return mergeInts(cx, values)
  if (first?.kind === 'bool' && values.every((value) => value.kind === 'bool')) {
    return { operands: (value) => (value.kind === 'bool' ? [value.operand] : []), build: ([operand]) => ({ ...first, operand: operand! }) }
  }
  if (
    values.every((value) => value.kind === 'text' || value.kind === 'string') &&
    !values.every((value) => first !== undefined && sameBuffer(value, first))
  )
    return mergeTexts(cx, values)
  if (
    (first?.kind === 'string' || first?.kind === 'struct' || first?.kind === 'array') &&
    values.every((value) => sameBuffer(value, first))
  ) {
    return {
      operands: (value) => (value.kind === 'string' || value.kind === 'struct' || value.kind === 'array' ? [value.pointer] : []),
      build: ([pointer]) =>
        first.kind === 'string' ? { kind: 'string', pointer: pointer!, size: first.size } : { ...first, pointer: pointer! },
    }
  }
  return undefined
}
/** Texts of different lengths: one buffer that each path fills. */
function mergeTexts(cx: Lowering, values: readonly Value[]): Merge {
  const size = Math.max(...values.map((value) => (value.kind === 'text' ? textSize(value.text) : value.kind === 'string' ? value.size : 0)))
  const slot = cx.builder.stackSlot('text', Math.ceil(size / 8) * 8)
  return {
    operands: (value) => {
      storeText(cx, NOWHERE, [{ kind: 'string', size }, { pointer: slot, offset: 0 }, value])
      return []
    },
    build: () => ({ kind: 'string', pointer: slot, size }),
  }
}
/** Texts have been checked. */
const NOWHERE = { type: 'Identifier', start: 0, end: 0 }

function sameBuffer(a: Value, b: Value): boolean {
  if (a.kind === 'string' && b.kind === 'string') return a.size === b.size
  if (a.kind === 'array' && b.kind === 'array') return a.type === b.type
  return a.kind === 'struct' && b.kind === 'struct' && a.type === b.type
}
function sameStatic(a: Value, b: Value): boolean {
  if (a.kind === 'binding' && b.kind === 'binding') return a.binding === b.binding
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text
  return a.kind === b.kind && (a.kind === 'undefined' || a.kind === 'context' || a.kind === 'arguments')
}

function mergeInts(cx: Lowering, values: readonly Value[]): Merge | undefined {
  const ints = values.filter((value): value is IntValue => value.kind === 'int')
  const numeric = ints[0]?.numeric
  if (numeric === undefined || ints.length < values.length || ints.some((int) => int.numeric !== numeric)) return undefined
  const range = ints.map((int) => int.range).reduce(union)
  const nonZero = ints.every((int) => int.nonZero)
  return {
    operands: (value) => {
      if (value.kind !== 'int') return []
      if (fits64(range)) return [value.low]
      const { low, high } = wideOf(cx.builder, value)
      return [low, high]
    },
    build: ([low, high]) => {
      const merged = intValue(numeric, range, low!, high)
      return nonZero ? { ...merged, nonZero } : merged
    },
  }
}

function mergeOptionals(cx: Lowering, values: readonly Value[]): Merge {
  const samples = values.filter((value) => value.kind !== 'undefined').map((value) => (value.kind === 'optional' ? value.sample : value))
  const merge = mergePresent(cx, samples)
  const [sample] = samples
  if (merge === undefined || sample === undefined || !(isPresent(sample) || sample.kind === 'text')) return conflict(values)
  return {
    operands: (value) => {
      if (value.kind === 'undefined') return [constant('i1', 0), ...merge.operands(unread(cx, sample))]
      if (value.kind !== 'optional') return [constant('i1', 1), ...merge.operands(value)]
      const settled = settle(cx, value)
      return [settled.present, ...merge.operands(settled.load())]
    },
    build: ([present, ...operands]) => presentIf(present!, merge.build(operands) as PresentValue),
  }
}
/** A value of the type of `sample` for a path on which nobody looks at it. */
function unread(cx: Lowering, sample: PresentValue | (Value & { readonly kind: 'text' })): Value {
  switch (sample.kind) {
    case 'int':
      return constantInt(sample.numeric, 0n)
    case 'bool':
      return FALSE
    case 'text':
      return sample
    case 'string':
      return { kind: 'string', pointer: cx.builder.stackSlot('unread', Math.ceil(sample.size / 8) * 8), size: sample.size }
    case 'struct':
    case 'array':
      return { ...sample, pointer: cx.builder.stackSlot('unread', Math.ceil(sizeOf(sample.type) / 8) * 8) }
  }
}

const IS_PRESENT: ReadonlySet<Value['kind']> = new Set(['int', 'bool', 'string', 'struct', 'array'])

function isPresent(value: Value | undefined): value is PresentValue {
  return (value !== undefined && IS_PRESENT.has(value.kind)) || value?.kind === 'array'
}

function conflict(values: readonly Value[]): Merge {
  const [a = UNDEFINED] = values
  const error = values.find((value) => value.kind === 'error')
  const b = values.find((value) => value.kind !== a.kind) ?? values[1] ?? a
  return { operands: () => [], build: () => error ?? { kind: 'conflict', a, b } }
}
