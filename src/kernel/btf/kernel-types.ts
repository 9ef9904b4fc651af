/**
 * The kernel's types as those of the tracing type system. Structs are looked into when a member is asked for, since they go
 * round in circles; types of modules are asked for what the kernel itself does not know.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { NotSupportedError } from '../../base/errors.ts'
import { compileGlob, isGlob } from '../../base/glob.ts'
import { nearestNames } from '../../base/nearest-names.ts'
import { Btf } from '../../format/btf/btf.ts'
import type { BtfEnum, BtfMember, BtfStruct, BtfType, TypeId } from '../../format/btf/btf-type.ts'
import { declareType } from '../../format/btf/c-declaration.ts'
import { findMember, memberNames, membersOf } from '../../format/btf/find-member.ts'
import { resolveType } from '../../format/btf/type-size.ts'
import type { KernelTypes, NamedMember, RawTracepoint, RecordMember, TypeDeclaration } from '../../spec/type-source.ts'
import { alignOf, BOOL, type EnumNames, type IntType, type PointerSpace, type RecordType, type Type } from '../../spec/types/type.ts'
import { kernelBtf } from './kernel-btf.ts'

const DIRECTORY = '/sys/kernel/btf'

let known: KernelTypes | undefined

/** The types of the running kernel, kept for the process; undefined where it does not describe them. @kernel 5.4; of modules 5.11 */
export function findKernelTypes(): KernelTypes | undefined {
  try {
    known ??= createKernelTypes([kernelBtf()], readModules)
    return known
  } catch (error) {
    if (error instanceof NotSupportedError) return undefined
    throw error
  }
}

/** What a module describes. */
export interface ModuleBtf {
  readonly name: string
  readonly btf: Btf
}

function readModules(base: Btf): readonly ModuleBtf[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name !== 'vmlinux')
    .map((name) => ({ name, btf: new Btf(readFileSync(`${DIRECTORY}/${name}`), `${DIRECTORY}/${name}`, base) }))
}

/** Numbers of types of the n-th module begin at n times this. */
const PART = 0x100_0000
const TAGS = ['struct', 'union', 'enum'] as const

/** The types of BTF: of the kernel, and of modules when a name is not among its own. */
export function createKernelTypes([vmlinux]: readonly [Btf], findModules: (base: Btf) => readonly ModuleBtf[]): KernelTypes {
  let parts: readonly Btf[] = [vmlinux]
  let modules: readonly ModuleBtf[] = []
  let hasModules = false
  const partOf = (id: number): Part => {
    const index = Math.floor(id / PART)
    return { btf: parts[index] as Btf, index }
  }

  const nameOf = (index: number) => (index === 0 ? 'vmlinux' : (modules[index - 1]?.name ?? ''))

  /** What a search in one part after the other finds. */
  function search<T>(find: (part: Part) => T | undefined): T | undefined {
    for (let index = 0; ; index++) {
      if (index === parts.length && !hasModules) {
        hasModules = true
        modules = findModules(vmlinux)
        parts = [vmlinux, ...modules.map(({ btf }) => btf)]
      }
      const btf = parts[index]
      if (btf === undefined) return undefined
      const found = find({ btf, index })
      if (found !== undefined) return found
    }
  }

  return {
    findType: (name) =>
      search((part) => {
        const id = findNamed(part.btf, name)
        const type = id === undefined ? undefined : typeOf(part, id)
        return typeof type === 'string' ? undefined : type
      }),
    findMember(record, name) {
      const part = partOf(record.id)
      const struct = structOf(part, record)
      const member = struct === undefined ? undefined : findMember(part.btf, struct, name)
      if (member !== undefined) return recordMember(part, member)
      const names = struct === undefined ? [] : memberNames(part.btf, struct)
      const reason = `Struct/union of type '${record.name}' does not contain a field named '${name}'`
      return { kind: 'miss', reason, nearest: nearestNames(name, names) }
    },
    membersOf(record) {
      const part = partOf(record.id)
      const struct = structOf(part, record)
      return struct === undefined ? [] : membersOf(part.btf, struct).map((member) => ({ name: member.name, ...recordMember(part, member) }))
    },
    hasFunction: (name) => search(({ btf }) => btf.find('function', name)) !== undefined,
    alignOf: (record) => alignOfRecord(record, partOf),
    findEnumerator: (name) => search(({ btf }) => findEnumerator(btf, name)),
    findDeclarations(pattern) {
      search(() => undefined)
      return parts
        .flatMap((_, index) => declarations({ part: partOf(index * PART), module: nameOf(index) }, pattern))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    findRawTracepoints(module, event) {
      const isModule = compileGlob(module)
      search(() => undefined)
      return parts
        .flatMap((_, index) =>
          isModule(nameOf(index)) ? rawTracepoints({ part: partOf(index * PART), module: nameOf(index) }, event) : [],
        )
        .sort((a, b) => (a.event < b.event ? -1 : 1))
    },
  }
}

/** One description among several: that of the kernel (0) or of a module, which goes on where the kernel's ends. */
interface Part {
  readonly btf: Btf
  readonly index: number
}

function findNamed(btf: Btf, name: string): TypeId | undefined {
  for (const tag of TAGS) {
    if (!name.startsWith(`${tag} `)) continue
    const bare = name.slice(tag.length + 1)
    return btf.find(tag, bare) ?? (tag === 'enum' ? btf.find('enum64', bare) : undefined)
  }
  return btf.find('typedef', name)
}

function structOf({ btf }: Part, { id, name }: RecordType): BtfStruct | undefined {
  const type = btf.type(id % PART)
  if (type?.kind === 'struct' || type?.kind === 'union') return type
  // What is only declared here may be defined elsewhere.
  const defined = type?.kind === 'forward' ? btf.type(btf.find(type.of, name.slice(type.of.length + 1)) ?? 0) : undefined
  return defined?.kind === 'struct' || defined?.kind === 'union' ? defined : undefined
}

/** BTF does not say: that of the members, of which a packed struct keeps none. */
function alignOfRecord(record: RecordType, partOf: (id: number) => Part): number {
  const part = partOf(record.id)
  const struct = structOf(part, record)
  const members = struct === undefined ? [] : membersOf(part.btf, struct).map((member) => recordMember(part, member))
  const aligns = members.map(({ type, offset, bits }) => {
    const align = typeof type === 'string' ? 1 : alignOfMember(type, partOf)
    return bits === undefined && offset % align !== 0 ? 1 : align
  })
  const align = Math.max(1, ...aligns)
  return record.size % align === 0 ? align : 1
}

function alignOfMember(type: Type, partOf: (id: number) => Part): number {
  if (type.kind === 'array') return alignOfMember(type.element, partOf)
  return type.kind === 'record' ? alignOfRecord(type, partOf) : alignOf(type)
}

function recordMember(part: Part, { type, bitOffset, bitSize }: BtfMember): RecordMember {
  const offset = bitOffset >> 3
  const bits = bitSize === 0 ? {} : { bits: { offset: bitOffset & 7, size: bitSize } }
  return { offset, type: typeOf(part, type), ...bits }
}

/** A type by its number; a clause that says why, for one whose values cannot be read. */
function typeOf(part: Part, id: TypeId): Type | string {
  const { btf } = part
  const { type, at, space } = resolve(btf, id)
  switch (type?.kind) {
    case 'int':
      return type.encoding === 'bool' ? BOOL : intOf(type.size, type.encoding !== 'unsigned' || type.name === 'char')
    case 'enum':
    case 'enum64':
      return enumOf(type)
    case 'pointer':
      return pointerTo(part, type.type)
    case 'array':
      return arrayOf(part, type)
    case 'struct':
    case 'union':
      return { kind: 'record', name: `${type.kind} ${type.name}`, size: type.size, id: part.index * PART + at, from: 'kernel' }
    case 'forward':
      return { kind: 'record', name: `${type.of} ${type.name}`, size: 0, id: part.index * PART + at, from: 'kernel' }
    default:
      return space === undefined ? `it is a ${type?.kind ?? 'void'}` : 'it has no type'
  }
}

function intOf(size: number, signed: boolean): IntType | string {
  return size === 1 || size === 2 || size === 4 || size === 8 ? { kind: 'int', size, signed } : `an integer of ${size} bytes`
}

function enumOf({ name, size, signed, values }: BtfEnum): Type | string {
  const type = intOf(size, signed)
  if (typeof type === 'string' || name === '') return type
  return { ...type, enumeration: namesOf({ name, values }) }
}

function namesOf({ name, values }: Pick<BtfEnum, 'name' | 'values'>): EnumNames {
  return { name, values: new Map(values.map((one) => [one.value, one.name])) }
}

function pointerTo(part: Part, id: TypeId): Type {
  const { type, space = 'kernel' } = resolve(part.btf, id)
  const to = type === undefined || type.kind === 'prototype' ? undefined : typeOf(part, id)
  return to === undefined || typeof to === 'string' ? { kind: 'pointer', space } : { kind: 'pointer', to, space }
}

function arrayOf(part: Part, { element, count }: { readonly element: TypeId; readonly count: number }): Type | string {
  const inner = resolveType(part.btf, element)
  if (inner?.kind === 'int' && inner.name === 'char') return { kind: 'string', size: count }
  const type = typeOf(part, element)
  return typeof type === 'string' ? type : { kind: 'array', element: type, count }
}

/** The type behind names and qualifiers, its number, and whose memory it lies in, where a tag says so. */
function resolve(btf: Btf, id: TypeId): { readonly type: BtfType | undefined; readonly at: TypeId; readonly space?: PointerSpace } {
  let at = id
  let space: PointerSpace | undefined
  for (let type = btf.type(at); ; type = btf.type(at)) {
    if (type?.kind === 'type_tag' && type.name === 'user') space = 'user'
    if (
      type?.kind !== 'typedef' &&
      type?.kind !== 'const' &&
      type?.kind !== 'volatile' &&
      type?.kind !== 'restrict' &&
      type?.kind !== 'type_tag'
    )
      return { type, at, ...(space === undefined ? {} : { space }) }
    at = type.type
  }
}

/** A constant of an enum of the kernel; by itself it is a whole word. */
function findEnumerator(btf: Btf, name: string): { readonly value: bigint; readonly type: IntType } | undefined {
  for (const kind of ['enum', 'enum64'] as const) {
    for (const type of btf.all(kind)) {
      if (type.kind !== 'enum' && type.kind !== 'enum64') continue
      const found = type.values.find((one) => one.name === name)
      const own = found === undefined ? undefined : intOf(type.size, type.signed)
      if (found !== undefined && typeof own === 'object' && own.kind === 'int')
        return { value: found.value, type: { ...own, size: 8, enumeration: namesOf(type) } }
    }
  }
  return undefined
}

/** Structs, unions and enums of one part by name. */
function declarations(
  { part: { btf }, module }: { readonly part: Part; readonly module: string },
  pattern: string,
): readonly TypeDeclaration[] {
  const matches = compileGlob(pattern)
  return (['struct', 'union', 'enum', 'enum64'] as const).flatMap((kind) => {
    const tag = kind === 'enum64' ? 'enum' : kind
    const names = [...new Set(btf.ownNames(kind))].filter((name) => matches(`${tag} ${name}`))
    return names.map((name) => ({
      name: `${tag} ${name}`,
      module,
      declaration: () => {
        const type = btf.type(btf.find(kind, name) ?? 0)
        const isDeclared = type?.kind === 'struct' || type?.kind === 'union' || type?.kind === 'enum' || type?.kind === 'enum64'
        return isDeclared ? declareType(btf, type) : `${tag} ${name}`
      },
    }))
  })
}

const TRACE = 'btf_trace_'

/** The raw tracepoints of one part, which it has a typedef for each. */
function rawTracepoints({ part, module }: { readonly part: Part; readonly module: string }, event: string): readonly RawTracepoint[] {
  const matches = compileGlob(event)
  const names = isGlob(event) ? part.btf.ownNames('typedef').filter((name) => name.startsWith(TRACE)) : [`${TRACE}${event}`]
  return names.flatMap((name) => {
    const found = name.slice(TRACE.length)
    if (!matches(found)) return []
    const id = isGlob(event) ? undefined : part.btf.find('typedef', name)
    if (!isGlob(event) && (id === undefined || id <= (part.btf.base?.lastId ?? 0))) return []
    return [{ module, event: found, parameters: () => parametersOf(part, id ?? part.btf.find('typedef', name) ?? 0, found) ?? [] }]
  })
}

/**
 * What a tracepoint's callers hand over. The function that calls the programs at it has names (@kernel 5.10), the type of those
 * programs, which a typedef points to, has none. The first parameter is the tracepoint's own.
 */
function parametersOf(part: Part, typedef: TypeId, event: string): readonly NamedMember[] | undefined {
  const { btf } = part
  const pointer = resolveType(btf, typedef)
  const iterator = btf.type(btf.find('function', `__traceiter_${event}`) ?? 0)
  const prototype =
    iterator?.kind === 'function' ? btf.type(iterator.type) : pointer?.kind === 'pointer' ? resolveType(btf, pointer.type) : undefined
  if (prototype?.kind !== 'prototype') return undefined
  return prototype.parameters
    .slice(1)
    .map(({ name, type }, index) => ({ name: name || `arg${index}`, type: typeOf(part, type), offset: index * 8 }))
}
