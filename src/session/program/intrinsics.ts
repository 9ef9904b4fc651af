/**
 * The functions that a probe may call. They are compiled where they are called, recognised by their brand; run as plain
 * JavaScript they ask the simulation.
 */
import type { IntrinsicName } from '../../frontend/typescript/binding.ts'
import { BRAND } from './brand.ts'
import { type DataType, typeOf } from './data-types.ts'
import type { SymbolAddress } from './executable.ts'
import { currentMachine } from './machine.ts'

/** An address in the traced process: a bigint, or a symbol of the probed executable. */
export type Address = bigint | SymbolAddress

interface ReadUser {
  /** The value at `address`, or undefined when that memory cannot be read. @kernel 5.5 */
  <T>(type: DataType<T>, address: Address): T | undefined
  /** The value at `address`, or `fallback` when that memory cannot be read. @kernel 5.5 */
  <T>(type: DataType<T>, address: Address, fallback: T): T
}
interface ReadUserString {
  /** Text at `address` up to a NUL, at most `sizeBytes - 1` bytes, or undefined when it cannot be read. @kernel 5.5 */
  (sizeBytes: number, address: Address): string | undefined
  (sizeBytes: number, address: Address, fallback: ''): string
}

function intrinsic<F extends (...args: never[]) => unknown>(name: IntrinsicName, fn: F): F {
  return Object.freeze(Object.assign(fn, { [BRAND]: Object.freeze({ kind: 'intrinsic', name }) }))
}

const read = <T>(type: DataType<T>, address: Address, fallback?: T) =>
  (currentMachine('user.read').read(typeOf(type), address) as T | undefined) ?? fallback
const readString = (sizeBytes: number, address: Address, fallback?: '') =>
  currentMachine('user.string').readString(sizeBytes, address) ?? fallback

/** Reads memory of the process that hit the probe. */
export const user: { readonly read: ReadUser; readonly string: ReadUserString } = Object.freeze({
  read: intrinsic('user.read', read as ReadUser),
  string: intrinsic('user.string', readString as ReadUserString),
})

/** Nanoseconds since boot, without the time asleep (CLOCK_MONOTONIC). */
export const nsecs: () => bigint = intrinsic('nsecs', () => currentMachine('nsecs').nsecs())
