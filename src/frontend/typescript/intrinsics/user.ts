/**
 * Reading, and writing, the memory of the traced process, and reading that of the kernel. Such a read may fault, so it answers `T | undefined`, or the fallback.
 */
import type { CallExpression, Node } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { absoluteAddressOf } from '../../../compiler/lowering/slide.ts'
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { AddressBinding } from '../binding.ts'
import { join } from '../join.ts'
import { enter, fork, type Lowering, leave, type Problem } from '../lowering.ts'
import { loadValue, materialize, numericOf } from '../memory.ts'
import { presentIf, splitOptional } from '../optional.ts'
import { wrongType } from '../problems.ts'

import { knownBool, knownInt, type OptionalValue, type Value } from '../value.ts'
import { argumentValues } from './arguments.ts'

/** Whose memory: of the process that hit the probe, or the kernel's. */
type Memory = 'user' | 'kernel'

const READ = { user: 'probe_read_user', kernel: 'probe_read_kernel' } as const
const READ_TEXT = { user: 'probe_read_user_str', kernel: 'probe_read_kernel_str' } as const

/** What `user.read` is asked to do, checked. */
interface ReadRequest {
  readonly type: Type
  readonly address: Operand
  readonly fallback: Value | undefined
}

/**
 * `user.read(T, address)` and `user.read(T, address, fallback)`. @kernel 5.5
 *
 * By way of the stack, also where the value goes to a map: kernels with hardened usercopy look up whose memory the target
 * is, which costs 80 ns for a map and next to nothing for the stack.
 */
export function readMemory(cx: Lowering, node: CallExpression, memory: Memory): Value {
  const request = readRequest(cx, node)
  if (request === undefined) return { kind: 'error' }
  const { type, address, fallback } = request
  const slot = cx.builder.stackSlot('user', Math.ceil(sizeOf(type) / 8) * 8)
  const place = { pointer: slot, offset: 0 }
  const failed = cx.builder.call(READ[memory], [cx.builder.at(place.pointer, place.offset), cx.builder.i64(sizeOf(type)), address])
  // The helper zeroes what it could not fill, so a fallback of zero is there already.
  if (isZero(fallback)) return loadValue(cx, type, place)
  const present = cx.builder.compare('eq', failed, cx.builder.i64(0))
  const optional = presentIf(present, loadValue(cx, type, place))
  return fallback === undefined ? optional : withFallback(cx, optional, fallback)
}

/** `user.string(address, size)`: text up to a NUL, at most `size - 1` bytes. @kernel 5.5 */
export function readString(cx: Lowering, node: CallExpression, memory: Memory): Value {
  const [address, size, fallback] = argumentValues(cx, node, [2, 3])
  const known = size?.kind === 'int' ? knownInt(size) : undefined
  if (size?.kind === 'error') return size
  if (known === undefined || known < 2n || known > 256n) return cx.report(node.arguments[1] ?? node, badSize)
  const pointer = addressOperand(cx, node.arguments[0] ?? node, address)
  if (pointer === undefined) return { kind: 'error' }
  const slot = cx.builder.stackSlot('text', Math.ceil(Number(known) / 8) * 8)
  cx.builder.zero(slot, slot.size)
  const length = cx.builder.call(READ_TEXT[memory], [slot, cx.builder.i64(known), pointer])
  const text = { kind: 'string', pointer: slot, size: Number(known) } as const
  if (fallback?.kind === 'text' && fallback.text === '') return text
  if (fallback !== undefined) return fallback.kind === 'error' ? fallback : cx.report(node, wrongType("''", fallback))
  return presentIf(cx.builder.compare('sge', length, cx.builder.i64(0)), text)
}

/** `user.write(T, address, value)`: true when it was written. Only in programs that may change what they trace. @kernel 4.8 */
export function userWrite(cx: Lowering, node: CallExpression): Value {
  const [wanted, address, value] = argumentValues(cx, node, [3, 3])
  if (wanted === undefined || wanted.kind === 'error' || value === undefined || value.kind === 'error') return { kind: 'error' }
  if (cx.probe.unsafe !== true) return cx.report(node.callee, notAllowed)
  if (wanted.kind !== 'binding' || wanted.binding.kind !== 'type')
    return cx.report(node.arguments[0] ?? node, wrongType('a type such as u64', wanted))
  const { type } = wanted.binding
  const pointer = addressOperand(cx, node.arguments[1] ?? node, address)
  const slot = materialize(cx, node.arguments[2] ?? node, [type, value, 'written'])
  if (pointer === undefined || slot === undefined) return { kind: 'error' }
  const refused = cx.builder.call('probe_write_user', [pointer, slot, cx.builder.i64(sizeOf(type))])
  return { kind: 'bool', operand: cx.builder.compare('eq', refused, cx.builder.i64(0)) }
}

function readRequest(cx: Lowering, node: CallExpression): ReadRequest | undefined {
  const [wanted, address, fallback] = argumentValues(cx, node, [2, 3])
  if (wanted === undefined || wanted.kind === 'error') return undefined
  if (wanted.kind !== 'binding' || wanted.binding.kind !== 'type') {
    cx.report(node.arguments[0] ?? node, wrongType('a type such as u64', wanted))
    return undefined
  }
  const { type } = wanted.binding
  const pointer = addressOperand(cx, node.arguments[1] ?? node, address)
  if (pointer === undefined || fallback?.kind === 'error') return undefined
  if (fallback === undefined || fits(fallback, type)) return { type, address: pointer, fallback }
  cx.report(
    node.arguments[2] ?? node,
    wrongType(type.kind === 'int' ? `a ${numericOf(type)} as fallback` : `no fallback for this type`, fallback),
  )
  return undefined
}

function addressOperand(cx: Lowering, node: Node, value: Value | undefined): Operand | undefined {
  if (value?.kind === 'int' && value.numeric === 'bigint') return value.low
  if (value?.kind === 'binding' && value.binding.kind === 'address') return symbolAddress(cx, node, value.binding)
  if (value !== undefined && value.kind !== 'error') cx.report(node, wrongType('an address (a bigint or a symbol of an Executable)', value))
  return undefined
}

function symbolAddress(cx: Lowering, node: Node, symbol: AddressBinding): Operand | undefined {
  const { target } = cx.probe
  if (target === undefined) {
    if (!symbol.positionIndependent) return cx.builder.i64(symbol.address)
    cx.report(node, noObject(symbol))
    return undefined
  }
  const samePlace = !symbol.positionIndependent && !target.positionIndependent
  if (symbol.path !== target.path && !samePlace) {
    cx.report(node, otherObject(symbol, target.path))
    return undefined
  }
  const object = { positionIndependent: target.positionIndependent, sites: target.sites, return: target.sites[0]?.placement === 'return' }
  return absoluteAddressOf(cx.builder, object, symbol.address)
}

function withFallback(cx: Lowering, optional: OptionalValue, fallback: Value): Value {
  const known = knownBool(optional.present)
  if (known !== undefined) return known ? optional.load() : fallback
  const { present, absent, value } = splitOptional(cx, optional)
  enter(cx, absent)
  return join(cx, [
    { flow: present, result: value },
    { flow: leave(cx) ?? fork(cx, 'absent'), result: fallback },
  ])
}

function fits(fallback: Value, type: Type): boolean {
  if (type.kind === 'int') return fallback.kind === 'int' && fallback.numeric === numericOf(type)
  return type.kind === 'bool' && fallback.kind === 'bool'
}
function isZero(value: Value | undefined): boolean {
  return (value?.kind === 'int' && knownInt(value) === 0n) || (value?.kind === 'bool' && knownBool(value.operand) === false)
}

const notAllowed: Problem = {
  code: 'unsafe',
  message: 'user.write changes the traced process',
  hint: 'allow it for the whole program: trace(parts, { unsafe: true })',
}
const badSize: Problem = {
  code: 'bad-size',
  message: 'the size of a string must be a constant from 2 to 256',
}
const noObject = (symbol: AddressBinding): Problem => ({
  code: 'address-of-other-object',
  message: `where ${symbol.path} is loaded is not known in this probe, which is no probe of it`,
  hint: `probe a function of ${symbol.path}, or link it without -pie`,
})
const otherObject = (symbol: AddressBinding, probed: string): Problem => ({
  code: 'address-of-other-object',
  message: `${symbol.symbol} is in ${symbol.path}, but the probe is in ${probed}, and where one is loaded says nothing of the other`,
  hint: `probe a function of ${symbol.path}`,
})
