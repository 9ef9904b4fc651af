/**
 * What front-ends ask of the outside world: functions and data of executables, tracepoints and their formats. They ask
 * through this interface so that they stay pure; `symbolize` and `kernel/tracefs` answer it, tests freeze it.
 */
import type { VirtualOffset } from '../base/address.ts'
import type { Location, NoLocation } from '../format/dwarf/locations/location.ts'
import type { GoroutineLayout } from '../format/gosym/runtime-layout.ts'
import type { UprobeSite } from './attach-point.ts'
import type { IntType, RecordType, Type } from './types/type.ts'

/** Which function of which file, as the user wrote it. */
export interface UprobeRequest {
  /** A path, or a name to search in `$PATH` or the library cache. */
  readonly target: string
  /** A function name or glob, or undefined when `address` is given. */
  readonly function?: string
  /** `cpp`: the function is named as its source has it (C++ or Rust), not as the linker does. */
  readonly language?: 'cpp'
  /** Bytes added to the function's address (`fn+8`); such a site is probed exactly there. */
  readonly offset?: bigint
  /** A virtual offset to probe, instead of a function. */
  readonly address?: bigint
  readonly return: boolean
  /** The program reads the result: places where a function is left without one are left out. */
  readonly readsResult?: boolean
  /** The program walks the stack: it is probed where the walk begins whole, whatever that costs. */
  readonly walksStack?: boolean
  /** The process that will be traced, to tell that it runs another file than the one at the path. */
  readonly pid?: number
}

/** A site that must not be probed, and why. */
export interface RefusedSite {
  readonly symbol: string
  readonly reason: string
}

/** What programs compute with of the runtime of a Go program. */
export interface GoRuntime {
  /** Where arguments, results and the goroutine are: `stack` before Go 1.17. */
  readonly abi: 'registers' | 'stack'
  /** Undefined when the Go release is not known, or newer than what is known here. */
  readonly layout: GoroutineLayout | undefined
}

/** A file and the sites in it that a request selects. */
export interface UprobeTarget {
  /** The file to attach to. */
  readonly path: string
  /** Stands for the file in the upper bits of its sites' cookies. */
  readonly targetIndex: number
  /** True for PIE executables and shared objects, whose addresses slide. */
  readonly positionIndependent: boolean
  readonly isGo: boolean
  /** For Go programs. */
  readonly go?: GoRuntime
  readonly sites: readonly UprobeSite[]
  readonly refused: readonly RefusedSite[]
  /** The function was not named but selected by a pattern. */
  readonly byPattern?: boolean
}

/** Why a request selects nothing; `nearest` holds names that the user may have meant. */
export interface Miss {
  readonly kind: 'miss'
  /** A sentence, such as `no such file: /tmp/x`. */
  readonly reason: string
  readonly nearest: readonly string[]
}

/** A named object (variable) of a file. */
export interface DataSymbol {
  readonly name: string
  readonly address: VirtualOffset
  /** 0 when the table does not say. */
  readonly size: number
  readonly positionIndependent: boolean
}

/** Where an argument of a static probe is when it is hit. Registers are named as in `struct pt_regs`. */
export type UsdtOperand =
  /** `shift` bits up in the register: 8 for `%ah`. */
  | { readonly kind: 'register'; readonly register: string; readonly shift: number }
  | { readonly kind: 'constant'; readonly value: bigint }
  /** At base + index * scale + offset; an offset `ofObject` is an address of the file's own tables. */
  | {
      readonly kind: 'memory'
      readonly base?: string
      readonly index?: string
      readonly scale: number
      readonly offset: bigint
      readonly ofObject: boolean
    }
  | { readonly kind: 'unreadable'; readonly reason: string }
/** An argument of a static probe. */
export interface UsdtArgument {
  readonly size: 1 | 2 | 4 | 8
  readonly signed: boolean
  readonly operand: UsdtOperand
}

/** Which static probes; provider and name may be globs. */
export interface UsdtRequest {
  /** A path, a name to search, or `*` for all files that the process has mapped. */
  readonly target: string
  readonly provider: string
  readonly name: string
  readonly pid?: number
}
/** Places of one static probe that have the same arguments. */
export interface UsdtProbe {
  readonly path: string
  readonly provider: string
  readonly name: string
  readonly positionIndependent: boolean
  readonly sites: readonly UprobeSite[]
  readonly arguments: readonly UsdtArgument[]
}

/** One field of a tracepoint's record, as its `format` file describes it. */
export interface TracepointField {
  readonly name: string
  /** The C type, as written there. */
  readonly type: string
  readonly offset: number
  readonly size: number
  readonly signed: boolean
}

/** What the kernel's `format` file of a tracepoint says. */
export interface TracepointFormat {
  readonly category: string
  readonly event: string
  readonly fields: readonly TracepointField[]
}

/** An argument, or at a place inside of a function a local variable. */
export interface ProbeArgument {
  readonly name: string
  /** A clause that says why, for a type whose values cannot be read. */
  readonly type: Type | string
  /** Where it is when the probe is hit, or why it is nowhere. */
  readonly location: Location | NoLocation
}

/** What debug information says of a probed function: its arguments where it is entered, its results where it is left. */
export interface FunctionArguments {
  readonly function: string
  readonly arguments: readonly ProbeArgument[]
}

/** Where in a Go program the descriptors of its types are, names and all; addresses of the object's own tables. */
export interface GoTypeRange {
  readonly start: VirtualOffset
  readonly end: VirtualOffset
}

/** A member of a record. */
export interface RecordMember {
  /** Pointers to follow before, each by its bytes from the start of the record that it is in: embedded pointers of Go. */
  readonly through?: readonly number[]
  /** Bytes from the start of the record, or of what the last pointer points to. */
  readonly offset: number
  /** For a bit field: from the lowest bit of the byte at `offset`. */
  readonly bits?: { readonly offset: number; readonly size: number }
  /** A clause that says why, for a type whose values cannot be read. */
  readonly type: Type | string
}

/** The debug information of traced programs. */
export interface DebugTypes {
  /** The arguments of the function that a site of `path` is in, as they are at the site. */
  findArguments(path: string, site: UprobeSite): FunctionArguments | Miss
  /** The results of the Go function that a site of `path` is in, where the function is left. */
  findResults(path: string, site: UprobeSite): FunctionArguments | Miss
  /** The type of a Go program that a name such as `net/http.Request` stands for. */
  findGoType(path: string, name: string): Type | Miss
  /** Where the names of dynamic types are read. */
  findGoTypeRange(path: string): GoTypeRange | Miss
  /** Members of anonymous and base parts count as the record's own. */
  findMember(record: RecordType, name: string): RecordMember | Miss
  /** All members in order; those of anonymous and base parts in place of the part. */
  findMembers(record: RecordType): readonly NamedMember[] | Miss
  /** The type of a program that C names so: a typedef, or `struct x`, `union x`, `enum x`. */
  findType(path: string, name: string): Type | Miss
  /** What a record with a `sequence` has many of. */
  findElement(record: RecordType): Type | string
}

/** A member, and its name. */
export interface NamedMember extends RecordMember {
  readonly name: string
}

/** The types of the running kernel and its modules. Pointers in them point into the kernel, where they are not tagged otherwise. */
export interface KernelTypes {
  /** `struct x`, `union x`, `enum x`, or the name of a typedef. */
  findType(name: string): Type | undefined
  /** Members of anonymous parts count as the record's own. */
  findMember(record: RecordType, name: string): RecordMember | Miss
  /** All of them, in order. */
  membersOf(record: RecordType): readonly NamedMember[]
  /** Whether the kernel or a module has a function of this name. */
  hasFunction(name: string): boolean
  /** What a struct of C that has such a member aligns it to. */
  alignOf(record: RecordType): number
  /** A constant of any enum; its type is a whole word. */
  findEnumerator(name: string): { readonly value: bigint; readonly type: IntType } | undefined
  /** Structs, unions and enums whose name (`struct x`) matches a glob, sorted, with their declarations in C when asked for. */
  findDeclarations(pattern: string): readonly TypeDeclaration[]
  /** Raw tracepoints whose module (`vmlinux` for the kernel) and name match two globs, sorted. */
  findRawTracepoints(module: string, event: string): readonly RawTracepoint[]
}

/** A type of the kernel by name, and where it is described. */
export interface TypeDeclaration {
  readonly name: string
  readonly module: string
  /** The declaration in C. */
  declaration(): string
}

/** A tracepoint as its own callers see it. */
export interface RawTracepoint {
  readonly module: string
  readonly event: string
  /** What it is called with, at the offsets that they have in the context. */
  parameters(): readonly NamedMember[]
}

/** What a front-end asks about the world while it checks a program. Answers are facts or a `Miss`; nothing is thrown for a miss. */
export interface TypeSource {
  findUprobeTarget(request: UprobeRequest): UprobeTarget | Miss
  /** Static probes by file, provider and name; those of one name are together. */
  findUsdt?(request: UsdtRequest): readonly UsdtProbe[] | Miss
  findDataSymbol(path: string, name: string): DataSymbol | Miss
  /** Tracepoints that match two globs, as `[category, event]`, sorted. */
  findTracepoints(category: string, event: string): readonly (readonly [category: string, event: string])[]
  /** Undefined when there is no such tracepoint. */
  findTracepointFormat(category: string, event: string): TracepointFormat | undefined
  /** The address of a symbol of the kernel; undefined when there is none, or nobody may know it. */
  findKernelSymbol?(name: string): bigint | undefined
  /** The id of a cgroup by its directory; undefined when it cannot be looked at. */
  findCgroupId?(path: string): bigint | undefined
  /** Undefined where the kernel does not describe its types. */
  kernelTypes?(): KernelTypes | undefined
  /** Absent where nothing is known of the types of programs. */
  readonly debugTypes?: DebugTypes
}
