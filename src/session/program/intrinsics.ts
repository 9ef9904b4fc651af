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
  /** Text at `address` up to a NUL, at most `sizeBytes - 1` bytes (2 to 256, a constant), or undefined when it cannot be read. @kernel 5.5 */
  (address: Address, sizeBytes: number): string | undefined
  (address: Address, sizeBytes: number, fallback: ''): string
}

function intrinsic<F extends (...args: never[]) => unknown>(name: IntrinsicName, fn: F): F {
  return Object.freeze(Object.assign(fn, { [BRAND]: Object.freeze({ kind: 'intrinsic', name }) }))
}

interface Memory {
  readonly read: ReadUser
  readonly string: ReadUserString
}

function memory(space: 'user' | 'kernel'): Memory {
  const read = <T>(type: DataType<T>, address: Address, fallback?: T) =>
    (currentMachine(`${space}.read`).read(typeOf(type), address) as T | undefined) ?? fallback
  const readString = (address: Address, sizeBytes: number, fallback?: '') =>
    currentMachine(`${space}.string`).readString(sizeBytes, address) ?? fallback
  return {
    read: intrinsic(`${space}.read`, read as ReadUser),
    string: intrinsic(`${space}.string`, readString as ReadUserString),
  }
}

const write = <T>(type: DataType<T>, address: Address, value: T): boolean =>
  currentMachine('user.write').write(typeOf(type), address, value)

/** The memory of the process that hit the probe. */
export const user: Memory & {
  /** Writes a value; false when that memory cannot be written. Only with `trace(parts, { unsafe: true })`. @kernel 4.8 */
  readonly write: <T>(type: DataType<T>, address: Address, value: T) => boolean
} = Object.freeze({ ...memory('user'), write: intrinsic('user.write', write) })

/** The memory of the kernel. */
export const kernel: Memory = Object.freeze(memory('kernel'))

/** Nanoseconds since boot, without the time asleep (CLOCK_MONOTONIC). */
export const nsecs: () => bigint = intrinsic('nsecs', () => currentMachine('nsecs').nsecs())

/** A random number of 32 bits. */
export const random: () => number = intrinsic('random', () => currentMachine('random').random())
