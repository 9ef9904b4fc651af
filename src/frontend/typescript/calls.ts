/**
 * Calls: of what the library offers to probes, of JavaScript's own conversions, and of methods of the program's parts. The
 * callee is looked at by what it is, whatever the tool chain made of its name.
 */
import type { CallExpression } from 'acorn'
import type { IntrinsicName } from './binding.ts'
import { conditionValue } from './conditions.ts'
import { callFunction } from './functions.ts'
import { AGGREGATE_METHODS } from './intrinsics/aggregates.ts'
import { argumentNodes, argumentValues } from './intrinsics/arguments.ts'
import { argumentValue, registerValue } from './intrinsics/context.ts'
import { emitEvent } from './intrinsics/events.ts'
import { MAP_METHODS } from './intrinsics/maps.ts'
import {
  mathAbs,
  mathClz32,
  mathExtreme,
  mathFloor,
  mathImul,
  mathSign,
  mathTrunc,
  toBigInt,
  toNumber,
  wrap,
} from './intrinsics/numbers.ts'
import { QUEUE_METHODS } from './intrinsics/queues.ts'
import { readMemory, readString, userWrite } from './intrinsics/user.ts'
import { LIST_METHODS } from './list-methods.ts'
import type { Lowering, Problem } from './lowering.ts'
import { unlessUndefined } from './names.ts'
import { unsupported } from './problems.ts'
import { INT64_RANGE, rangeOfBits } from './range.ts'
import { TEXT_METHODS } from './text-methods.ts'
import { describe, ERROR, intValue, UNDEFINED, type Value } from './value.ts'

/** How each intrinsic is lowered. */
const INTRINSICS: Readonly<Record<IntrinsicName, (cx: Lowering, node: CallExpression) => Value>> = {
  'user.read': (cx, node) => readMemory(cx, node, 'user'),
  'user.string': (cx, node) => readString(cx, node, 'user'),
  'user.write': userWrite,
  'kernel.read': (cx, node) => readMemory(cx, node, 'kernel'),
  'kernel.string': (cx, node) => readString(cx, node, 'kernel'),
  random: (cx, node) => {
    argumentValues(cx, node, [0, 0])
    return intValue('number', rangeOfBits(32, false), cx.builder.call('get_prandom_u32', []))
  },
  nsecs: (cx, node) => {
    argumentValues(cx, node, [0, 0])
    // ktime_t is signed, so the clock never has the upper half of a u64.
    return intValue('bigint', { min: 0n, max: INT64_RANGE.max }, cx.builder.call('ktime_get_ns', []))
  },
  BigInt: toBigInt,
  'BigInt.asUintN': (cx, node) => wrap(cx, node, false),
  'BigInt.asIntN': (cx, node) => wrap(cx, node, true),
  Number: toNumber,
  Boolean: (cx, node) => {
    const [argument] = argumentNodes(cx, node, [1, 1]) ?? []
    return argument === undefined ? ERROR : conditionValue(cx, argument)
  },
  'Math.trunc': mathTrunc,
  'Math.floor': mathFloor,
  'Math.min': (cx, node) => mathExtreme(cx, node, 'min'),
  'Math.max': (cx, node) => mathExtreme(cx, node, 'max'),
  'Math.abs': mathAbs,
  'Math.imul': mathImul,
  'Math.clz32': mathClz32,
  'Math.sign': mathSign,
}

/** Lowers a call. */
export function callValue(cx: Lowering, node: CallExpression): Value {
  if (node.callee.type === 'Super') return cx.report(node, unsupported('this call', 'call maps, events and the functions of the library'))
  const written = cx.value(node.callee)
  const callee = node.optional ? unlessUndefined(cx, written, node.callee) : written
  if (cx.variables === undefined) return UNDEFINED
  if (callee.kind === 'error') {
    for (const argument of node.arguments) cx.value(argument)
    return callee
  }
  if (callee.kind === 'method') return callMethod(cx, node, callee)
  if (callee.kind === 'binding' && callee.binding.kind === 'intrinsic') return INTRINSICS[callee.binding.name](cx, node)
  if (callee.kind === 'function' || (callee.kind === 'binding' && callee.binding.kind === 'function'))
    return callFunction(cx, node, [callee, spreadValues(cx, node)])
  if (callee.kind === 'binding' && callee.binding.kind === 'pass-through') return argumentValues(cx, node, [1, 2])[0] ?? ERROR
  return cx.report(node.callee, notCallable(callee))
}

function callMethod(cx: Lowering, node: CallExpression, { of, name }: Value & { readonly kind: 'method' }): Value {
  if (of.kind === 'list' || of.kind === 'array' || (of.kind === 'binding' && of.binding.kind === 'list'))
    return callOwn(cx, node, { of, name, methods: LIST_METHODS })
  if (of.kind === 'string' || of.kind === 'text') return callOwn(cx, node, { of, name, methods: TEXT_METHODS })
  if (of.kind === 'context') return (name === 'arg' ? argumentValue : registerValue)(cx, node, argumentValues(cx, node, [1, 1]))
  if (of.kind !== 'binding') return cx.report(node.callee, notCallable(of))
  const { binding } = of
  if (binding.kind === 'events')
    return name === 'emit' ? emitEvent(cx, node, binding) : cx.report(node.callee, unknownMethod(name, ['emit']))
  if (binding.kind === 'queue' || binding.kind === 'bloom')
    return callWith(cx, node, { binding, name, methods: QUEUE_METHODS[binding.kind] })
  if (binding.kind === 'aggregate') return callWith(cx, node, { binding, name, methods: AGGREGATE_METHODS })
  if (binding.kind !== 'map') return cx.report(node.callee, notCallable(of))
  return callWith(cx, node, { binding, name, methods: MAP_METHODS[binding.storage] })
}

interface MethodCall<B> {
  readonly binding: B
  readonly name: string
  readonly methods: Readonly<Record<string, (cx: Lowering, node: CallExpression, binding: B) => Value>>
}

function callWith<B>(cx: Lowering, node: CallExpression, { binding, name, methods }: MethodCall<B>): Value {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  return method === undefined ? cx.report(node.callee, unknownMethod(name, Object.keys(methods))) : method(cx, node, binding)
}

type Methods = Readonly<Record<string, (cx: Lowering, node: CallExpression, of: Value) => Value>>

/** A method of an array or a string. */
function callOwn(
  cx: Lowering,
  node: CallExpression,
  { of, name, methods }: { readonly of: Value; readonly name: string; readonly methods: Methods },
): Value {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  return method === undefined ? cx.report(node.callee, unknownMethod(name, Object.keys(methods))) : method(cx, node, of)
}

/** Arguments of a function of the user's, of which there may be any number. */
function spreadValues(cx: Lowering, node: CallExpression): readonly Value[] {
  return node.arguments.map((argument) => cx.value(argument))
}

const notCallable = (callee: Value): Problem => ({
  code: 'not-callable',
  message: `${describe(callee)} cannot be called in a probe`,
  hint: 'a probe calls the methods of its maps, ring buffers and context, user.read, nsecs, BigInt and Number; functions of your own, user.read, nsecs, BigInt, Number and Math',
})
const unknownMethod = (name: string, known: readonly string[]): Problem => ({
  code: 'unknown-method',
  message: `there is no method ${name} in a probe`,
  hint: `there is ${known.join(', ')}`,
})
