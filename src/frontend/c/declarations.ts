/**
 * Parses C declarations to the types that they make known: structs, unions, enums, typedefs. Declarations of functions and
 * variables, which headers have, are passed over.
 */
import {
  alignOf,
  type EnumNames,
  INT32,
  INT64,
  type IntType,
  type RecordType,
  sizeOf,
  type Type,
  UINT32,
  UINT64,
} from '../../spec/types/type.ts'
import { BASE_WORDS, baseType, opaqueSize, QUALIFIERS, USUAL_TYPEDEFS } from './base-types.ts'
import type { CRecord, CTypes, Enumerator } from './c-types.ts'
import { constantExpression } from './constant-expression.ts'
import { parseDeclarator, type Sized } from './declarator.ts'
import { layoutMembers, type MemberRequest } from './layout.ts'
import type { CToken } from './token.ts'
import { TokenReader } from './token-reader.ts'

/** Finds a type that is declared elsewhere: `struct x`, `union x`, or the name of a typedef. */
export type FindType = (name: string) => Sized | undefined

/** Parses declarations. What they name and do not declare is asked of `outside`. Throws `CProblem`. */
export function parseDeclarations(tokens: readonly CToken[], outside: FindType = () => undefined): CTypes {
  return new Declarations(new TokenReader(tokens), outside).parse()
}

interface Attributes {
  packed: boolean
  align: number
}

class Declarations {
  readonly #reader: TokenReader
  readonly #records = new Map<
    string,
    { type: { -readonly [K in keyof RecordType]: RecordType[K] }; align: number; members: CRecord['members'] }
  >()
  readonly #enums = new Map<string, IntType>()
  readonly #enumerators = new Map<string, Enumerator>()
  readonly #typedefs = new Map<string, Sized>()
  readonly #outside: FindType
  #anonymous = 0

  constructor(reader: TokenReader, outside: FindType) {
    this.#reader = reader
    this.#outside = outside
  }

  parse(): CTypes {
    while (!this.#reader.ended) this.#external()
    const typedefs = new Map([...this.#typedefs].map(([name, { type }]) => [name, type]))
    return { records: this.#records, enums: this.#enums, enumerators: this.#enumerators, typedefs }
  }

  #external(): void {
    const reader = this.#reader
    if (reader.accept(';')) return
    if (reader.at('_Static_assert') || reader.at('static_assert') || reader.at('__asm__') || reader.at('asm')) {
      reader.next()
      reader.skipGroup()
      reader.accept(';')
      return
    }
    const isTypedef = reader.accept('typedef') !== undefined
    const base = this.#specifiers()
    // bpftrace needs no ';' behind a definition.
    while (!reader.ended && !reader.at(';') && this.#beginsDeclarator()) {
      const { name, type, attributes } = this.#declare(base)
      if (isTypedef && name !== undefined) this.#typedefs.set(name, { ...type, align: Math.max(type.align, attributes.align) })
      if (reader.at('{')) {
        reader.skipGroup()
        return
      }
      if (reader.accept('=')) this.#skipInitialiser()
      if (!reader.accept(',')) break
    }
    if (!reader.accept(';') && base.closed !== true) reader.fail("expected ';' behind a C declaration")
  }

  #beginsDeclarator(): boolean {
    const { kind, text = '' } = this.#reader.peek() ?? {}
    return text === '*' || text === '(' || (kind === 'word' && !TYPE_WORDS.has(text))
  }

  #skipInitialiser(): void {
    while (!this.#reader.ended && !this.#reader.at(',') && !this.#reader.at(';')) this.#reader.skipGroup()
  }

  /** The type in front of the names that are declared; `closed` when it ended with a brace. */
  #specifiers(): Sized & { readonly closed?: boolean } {
    const reader = this.#reader
    const words: string[] = []
    let found: (Sized & { readonly closed?: boolean }) | undefined
    for (;;) {
      const text = reader.peek()?.text ?? ''
      if (QUALIFIERS.has(text)) reader.next()
      else if (ATTRIBUTES.has(text)) this.#attributes()
      else if (BASE_WORDS.has(text)) words.push(reader.next().text)
      else if (words.length > 0 || found !== undefined) break
      else if (text === 'struct' || text === 'union') found = this.#record(text)
      else if (text === 'enum') found = this.#enumeration()
      else if (text === 'typeof' || text === '__typeof__') {
        reader.next()
        reader.skipGroup()
        found = { type: 'its type is that of an expression', size: 8, align: 8 }
      } else {
        const named = this.#named(text)
        if (named === undefined) return reader.fail('unknown type name')
        reader.next()
        found = named
      }
    }
    return found ?? sizedBase(words)
  }

  #named(name: string): Sized | undefined {
    const usual = Object.hasOwn(USUAL_TYPEDEFS, name) ? USUAL_TYPEDEFS[name] : undefined
    return this.#typedefs.get(name) ?? (usual === undefined ? this.#outside(name) : sizedType(usual))
  }

  /** Takes all attributes that come, and adds what they say to `into`. */
  #attributes(into: Attributes = { packed: false, align: 1 }): Attributes {
    while (ATTRIBUTES.has(this.#reader.peek()?.text ?? '')) this.#attribute(into)
    return into
  }

  #attribute(into: Attributes): void {
    const reader = this.#reader
    if (!reader.next().text.startsWith('__attribute')) {
      reader.skipGroup()
      return
    }
    reader.expect('(')
    reader.expect('(')
    while (!reader.accept(')')) {
      const name = reader.next().text.replace(/^__|__$/g, '')
      if (name === 'packed') into.packed = true
      if (name === 'aligned' && reader.accept('(')) {
        into.align = Math.max(into.align, Number(this.#constant()))
        reader.expect(')')
      } else if (name === 'aligned') into.align = Math.max(into.align, LARGEST_ALIGNMENT)
      else if (reader.at('(')) reader.skipGroup()
    }
    reader.expect(')')
  }

  #record(kind: 'struct' | 'union'): Sized & { readonly closed?: boolean } {
    const reader = this.#reader
    reader.next()
    const attributes = this.#attributes()
    const tag = reader.peek()?.kind === 'word' ? reader.next().text : undefined
    const record = this.#recordNamed(tag === undefined ? `${kind} ${ANONYMOUS}${this.#anonymous++}` : `${kind} ${tag}`)
    if (!reader.at('{')) return { type: record.type, size: record.type.size, align: record.align }
    if (record.members !== undefined) reader.fail(`redefinition of '${record.type.name}'`)
    reader.next()
    const requests: MemberRequest[] = []
    while (!reader.accept('}')) this.#member(requests)
    this.#attributes(attributes)
    const { members, size, align } = layoutMembers(requests, { kind, ...attributes })
    record.members = members
    record.align = align
    record.type.size = size
    return { type: record.type, size, align, closed: true, ...(tag === undefined ? { members } : {}) }
  }

  #recordNamed(name: string) {
    const known = this.#records.get(name)
    if (known !== undefined) return known
    const record = {
      type: { kind: 'record' as const, name, size: 0, id: this.#records.size, from: 'script' as const },
      align: 1,
      members: undefined,
    }
    this.#records.set(name, record)
    return record
  }

  #member(requests: MemberRequest[]): void {
    const reader = this.#reader
    if (reader.accept(';')) return
    if (reader.at('_Static_assert')) {
      reader.next()
      reader.skipGroup()
      reader.expect(';')
      return
    }
    const base = this.#specifiers()
    if (reader.accept(';')) {
      if (base.members !== undefined) requests.push({ ...base, name: undefined, type: 'it has no name', members: base.members })
      return
    }
    do {
      const span = reader.span
      const declared = reader.at(':') ? { name: undefined, type: base, attributes: this.#attributes() } : this.#declare(base)
      const { name, attributes } = declared
      const type = this.#defined(declared.type)
      const width = reader.accept(':') ? Number(this.#constant()) : undefined
      this.#attributes(attributes)
      if (type.type === undefined) throw reader.problem(`'${name}' is of type void`)
      const own = type.type
      if (typeof own === 'object' && own.kind === 'record' && own.from === 'script' && this.#records.get(own.name)?.members === undefined) {
        throw Object.assign(reader.problem(`'${name}' is of type '${own.name}', which is not defined`), { span })
      }
      const align = Math.max(attributes.packed ? 1 : type.align, attributes.align)
      requests.push({ name, type: own, size: type.size, align, ...(width === undefined ? {} : { width }) })
    } while (reader.accept(','))
    reader.expect(';')
  }

  /** A struct that is only named here may be defined elsewhere. */
  #defined(sized: Sized): Sized {
    const { type } = sized
    if (typeof type !== 'object') return sized
    const { innermost, count } = elementsOf(type)
    if (innermost.kind !== 'record' || innermost.from !== 'script' || this.#records.get(innermost.name)?.members !== undefined) return sized
    const found = this.#outside(innermost.name)
    if (found === undefined || typeof found.type !== 'object') return sized
    return { type: withElement(type, found.type), size: found.size * count, align: found.align }
  }

  #declare(base: Sized): { readonly name: string | undefined; readonly type: Sized; readonly attributes: Attributes } {
    const declared = parseDeclarator(this.#reader, base, () => this.#constant())
    return { ...declared, attributes: this.#attributes() }
  }

  #enumeration(): Sized & { readonly closed?: boolean } {
    const reader = this.#reader
    reader.next()
    const tag = reader.peek()?.kind === 'word' ? reader.next().text : undefined
    const known = tag === undefined ? undefined : this.#enums.get(tag)
    if (!reader.accept('{')) return sizedType(known ?? UINT32)
    const values = new Map<bigint, string>()
    const names: (readonly [string, bigint])[] = []
    let value = 0n
    while (!reader.accept('}')) {
      const name = reader.name()
      if (reader.accept('=')) value = this.#constant(new Map(names))
      names.push([name, value])
      // The first name of a value is the one that is shown.
      if (!values.has(value)) values.set(value, name)
      value++
      if (!reader.accept(',') && !reader.at('}')) reader.fail("expected ',' or '}'")
    }
    const enumeration: EnumNames = { name: tag ?? `${ANONYMOUS}${this.#anonymous++}`, values }
    const type: IntType = { ...enumType(names.map(([, one]) => one)), enumeration }
    this.#enums.set(enumeration.name, type)
    for (const [name, one] of names) this.#enumerators.set(name, { value: one, type })
    return { ...sizedType(type), closed: true }
  }

  #constant(more: ReadonlyMap<string, bigint> = new Map()): bigint {
    return constantExpression(this.#reader, {
      value: (name) => more.get(name) ?? this.#enumerators.get(name)?.value,
      typeSize: () => this.#typeInParentheses(),
    })
  }

  #typeInParentheses(): number | undefined {
    const { kind, text = '' } = this.#reader.peek() ?? {}
    if (kind !== 'word' || !(TYPE_WORDS.has(text) || QUALIFIERS.has(text) || this.#named(text) !== undefined)) return undefined
    return this.#declare(this.#specifiers()).type.size
  }
}

/** In front of the number that tells types without a name apart. */
const ANONYMOUS = 'anonymous at '
const LARGEST_ALIGNMENT = 16
/** Words that a group with attributes, or what is nothing to types, follows. */
const ATTRIBUTES: ReadonlySet<string> = new Set(['__attribute__', '__attribute', '_Alignas', '__asm__', 'asm'])
const TYPE_WORDS: ReadonlySet<string> = new Set([...BASE_WORDS, 'struct', 'union', 'enum', 'typedef', 'typeof', '__typeof__'])

function sizedBase(words: readonly string[]): Sized {
  const type = baseType(words)
  if (typeof type === 'object') {
    const isCharacter = words.includes('char') && !words.some((word) => word.includes('signed'))
    return { ...sizedType(type), ...(isCharacter ? { isCharacter } : {}) }
  }
  const size = type === undefined ? 1 : opaqueSize(words)
  return { type, size, align: size }
}

function sizedType(type: IntType): Sized {
  return { type, size: sizeOf(type), align: alignOf(type) }
}

/** An enum is as large as its values need, and signed when one is negative. */
function enumType(values: readonly bigint[]): IntType {
  const signed = values.some((value) => value < 0n)
  const fits = values.every((value) => (signed ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value)) === value)
  if (fits) return signed ? INT32 : UINT32
  return signed ? INT64 : UINT64
}

/** What an array has many of, through all of its dimensions. */
function elementsOf(type: Type): { readonly innermost: Type; readonly count: number } {
  if (type.kind !== 'array') return { innermost: type, count: 1 }
  const { innermost, count } = elementsOf(type.element)
  return { innermost, count: count * type.count }
}

function withElement(type: Type, innermost: Type): Type {
  return type.kind === 'array' ? { ...type, element: withElement(type.element, innermost) } : innermost
}
