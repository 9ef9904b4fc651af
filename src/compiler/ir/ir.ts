/**
 * The intermediate representation: SSA over basic blocks. Front-ends build it with `FunctionBuilder` (`builder.ts`), passes
 * rewrite it in place, code generation reads it. `validate.ts` says what must hold, `print.ts` shows it.
 *
 * Integers are i1 (conditions), i8 and i16 (only loaded, stored and converted), i32 and i64 (computed with). Addresses in
 * user and kernel memory are plain i64: they are only ever read through helpers. Pointers carry the space they may be
 * dereferenced in.
 */
import type { Span } from '../../base/source-text.ts'
import type { HelperName } from '../../format/asm/helpers.ts'
import type { KfuncName } from '../../format/asm/kfuncs.ts'
import type { TypeQuestion } from '../../format/asm/type-relocation.ts'

/** The integer types of IR values, by bits. */
export type IntegerType = 'i1' | 'i8' | 'i16' | 'i32' | 'i64'
/**
 * `stack`: a stack slot. `map_value`: memory of a map. `record`: a ring-buffer reservation. `context`: the program's
 * context. `map_key`: a key handed to a callback, read only. `memory`: what an iterator or another function of the kernel hands
 * out. `map` and `function`: a map and a function themselves, only passed on.
 */
export const ADDRESS_SPACES = ['stack', 'map_value', 'map_key', 'record', 'context', 'memory', 'map', 'function'] as const
export type AddressSpace = (typeof ADDRESS_SPACES)[number]
export type PointerIrType = `ptr.${AddressSpace}`
export type IrType = IntegerType | PointerIrType | 'void'

/** Operators on two integers of one type. */
export const BINARY_OPERATORS = [
  ...(['add', 'sub', 'mul', 'udiv', 'sdiv', 'umod', 'smod'] as const),
  ...(['and', 'or', 'xor', 'shl', 'lshr', 'ashr'] as const),
] as const
export type BinaryOperator = (typeof BINARY_OPERATORS)[number]
/** What comparisons ask. */
export const PREDICATES = ['eq', 'ne', 'ult', 'ule', 'ugt', 'uge', 'slt', 'sle', 'sgt', 'sge'] as const
export type Predicate = (typeof PREDICATES)[number]
/** How the width of an integer changes. */
export const CONVERSIONS = ['zext', 'sext', 'trunc', 'address'] as const
export type Conversion = (typeof CONVERSIONS)[number]
/** What an atomic does to memory. */
export const ATOMIC_OPERATORS = ['add', 'and', 'or', 'xor', 'exchange', 'compare_exchange'] as const
export type AtomicOperator = (typeof ATOMIC_OPERATORS)[number]

interface Node {
  /** Unique in the function; what the printer shows as `%id`. */
  readonly id: number
  type: IrType
  span?: Span | undefined
}

/** An integer known at compile time, held as the two's complement bits of its type (so never negative). */
export interface Constant {
  readonly kind: 'constant'
  readonly type: IntegerType
  readonly value: bigint
}
/** A parameter of the function. The main function of a program has one, the context; others have up to five. */
export interface Parameter extends Node {
  readonly kind: 'parameter'
  readonly index: number
}
/** i32 or i64 arithmetic, modulo 2^bits. A division by zero yields 0 and a modulo by zero the dividend, as in BPF. */
export interface Binary extends Node {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  left: Operand
  right: Operand
}
/** Compares two integers of one type, or a pointer with constant 0; yields i1. */
export interface Compare extends Node {
  readonly kind: 'compare'
  readonly predicate: Predicate
  left: Operand
  right: Operand
}
/** Changes the width of an integer; `address` makes the number (i64) that a pointer is, which cannot be dereferenced. */
export interface Convert extends Node {
  readonly kind: 'convert'
  readonly operator: Conversion
  value: Operand
}
/**
 * Memory of this invocation, at least 8-byte aligned, uninitialised; stands in the entry block. May be of any size: a pass
 * moves what does not fit the 512 bytes of stack to scratch memory.
 */
export interface StackSlot extends Node {
  readonly kind: 'stack_slot'
  readonly size: number
  readonly name: string
}
/** Reads an integer at `pointer + offset` (bytes); or a pointer to the stack or the context, where one was written. */
export interface Load extends Node {
  readonly kind: 'load'
  pointer: Operand
  offset: number
}
/** Writes an integer at `pointer + offset` (bytes); a pointer to the stack or the context only to the stack, for callbacks. */
export interface Store extends Node {
  readonly kind: 'store'
  pointer: Operand
  offset: number
  value: Operand
}
/** `pointer + offset`, with a run-time i64 offset whose range the verifier must be able to see. */
export interface OffsetPointer extends Node {
  readonly kind: 'offset_pointer'
  pointer: Operand
  offset: Operand
}
/** Zeroes `size` bytes at `pointer + offset`; both multiples of the natural alignment or unaligned, as they come. */
export interface Zero extends Node {
  readonly kind: 'zero'
  pointer: Operand
  offset: number
  readonly size: number
}
/** Copies `size` bytes between two dereferenceable pointers that do not overlap. */
export interface Copy extends Node {
  readonly kind: 'copy'
  target: Operand
  targetOffset: number
  source: Operand
  sourceOffset: number
  readonly size: number
}
/** An atomic read-modify-write of an i32 or i64. Its result (the old value) exists when `type` is not void. */
export interface Atomic extends Node {
  readonly kind: 'atomic'
  readonly operator: AtomicOperator
  pointer: Operand
  offset: number
  value: Operand
  /** Only for `compare_exchange`. */
  expected?: Operand | undefined
}
/** A call of a kernel helper. Arguments are i64, i32 or pointers. Results that may be null must be compared with 0 first. */
export interface Call extends Node {
  readonly kind: 'call'
  readonly helper: HelperName
  arguments: Operand[]
}
/** A call of a function of the kernel by name, where its BTF has it. Results that may be null must be compared with 0 first. */
export interface CallKfunc extends Node {
  readonly kind: 'call_kfunc'
  readonly kfunc: KfuncName
  arguments: Operand[]
}
/** A call of a function of this program. Arguments have the types of its parameters, the result that of what it returns. */
export interface CallFunction extends Node {
  readonly kind: 'call_function'
  readonly callee: IrFunction
  arguments: Operand[]
}
/** A function of this program, for a helper that calls back (`loop`, `for_each_map_elem`). */
export interface FunctionReference extends Node {
  readonly kind: 'function'
  readonly target: IrFunction
}
/** A map, as an argument for helpers. */
export interface MapReference extends Node {
  readonly kind: 'map'
  readonly map: string
}
/** The memory of a one-entry array's value, at a byte offset. Never null. @kernel 5.2 */
export interface MapValue extends Node {
  readonly kind: 'map_value'
  readonly map: string
  readonly offset: number
}
/** An i64 that the session supplies by name when the program is loaded. */
export interface LateConstant extends Node {
  readonly kind: 'late_constant'
  readonly name: string
}
/** An i64 that the types of the running kernel tell when the program is loaded (`format/asm/type-relocation.ts`). */
export interface Relocation extends Node {
  readonly kind: 'relocation'
  readonly question: TypeQuestion
  readonly path: string
}
/** One value per predecessor; first in its block. */
export interface Phi extends Node {
  readonly kind: 'phi'
  incoming: { readonly block: Block; value: Operand }[]
}

/** What stands in a block. */
export type Instruction =
  | Binary
  | Compare
  | Convert
  | StackSlot
  | Load
  | Store
  | OffsetPointer
  | Zero
  | Copy
  | Atomic
  | Call
  | CallKfunc
  | CallFunction
  | FunctionReference
  | MapReference
  | MapValue
  | LateConstant
  | Relocation
  | Phi

/** What an instruction may use. */
export type Operand = Constant | Parameter | Instruction

/** How a block ends. */
export type Terminator =
  | { readonly kind: 'jump'; target: Block; span?: Span | undefined }
  | { readonly kind: 'branch'; condition: Operand; then: Block; otherwise: Block; span?: Span | undefined }
  | { readonly kind: 'return'; value: Operand; span?: Span | undefined }

/** A basic block. `name` is for the printer, made unique by `id`. */
export interface Block {
  readonly id: number
  readonly name: string
  instructions: Instruction[]
  /** Undefined only while the function is being built. */
  terminator: Terminator | undefined
}

/**
 * A function: `blocks[0]` is the entry. A program is its main function and what that refers to, directly or not
 * (`functionsOf` in `program-functions.ts`).
 */
export interface IrFunction {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** `never`: it stays a function, since the verifier forgets what it left on its stack. Otherwise as the passes see fit. */
  readonly inlining?: 'never'
  blocks: Block[]
  /** The next free node or block id, for passes that add nodes. */
  nextId: number
}

/** Bits of an integer type. */
export const BITS: Readonly<Record<IntegerType, number>> = { i1: 1, i8: 8, i16: 16, i32: 32, i64: 64 }

/** An integer constant; `value` may be negative and is wrapped to the type. */
export function constant(type: IntegerType, value: bigint | number): Constant {
  return { kind: 'constant', type, value: BigInt.asUintN(BITS[type], BigInt(value)) }
}

/** A constant read as a signed number. */
export function signedValue(value: Constant): bigint {
  return BigInt.asIntN(BITS[value.type], value.value)
}

/** True for the integer types. */
export function isIntegerType(type: IrType): type is IntegerType {
  return type in BITS
}
