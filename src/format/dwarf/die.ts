/**
 * Debugging information entries: where one lies, its children, and its attributes by their meaning. An entry is a position;
 * nothing of it is kept.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { type Abbreviation, skipValues } from './abbreviations.ts'
import { type AttributeValue, readValue } from './attribute-value.ts'
import { AT } from './constants.ts'
import type { DebugInfo, Unit } from './debug-info.ts'
import { skipForm } from './form-sizes.ts'
import { skipLeb128 } from './leb128.ts'

/** One entry. */
export interface Die {
  readonly unit: Unit
  /** Bytes from the start of the unit. */
  readonly at: number
  readonly abbreviation: Abbreviation
  /** Where its values begin, counted likewise. */
  readonly values: number
}

/** The entry at a position of its unit. Throws `FormatError` when there is none. */
function dieAt(unit: Unit, at: number): Die {
  const die = at < unit.header.headerSize ? undefined : readDie(unit, at)
  if (die === undefined) throw new FormatError(unit.info.sections.name, `no entry at offset ${unit.header.offset + at} of .debug_info`)
  return die
}

/** The first entry of a unit, which describes the unit. Throws `FormatError`. */
export function rootOf(unit: Unit): Die {
  return dieAt(unit, unit.header.headerSize)
}

/** The entry at a position; undefined for the null that ends a list of children. Throws `FormatError`. */
function readDie(unit: Unit, at: number): Die | undefined {
  const { bytes } = unit
  const reader = new ByteReader(bytes, unit.info.sections.name, at)
  const code = reader.uleb128()
  return code === 0 ? undefined : { unit, at, abbreviation: unit.abbreviations.get(code), values: reader.offset }
}

/** The children of an entry, in order. Throws `FormatError`. */
export function* childrenOf(die: Die): Generator<Die> {
  if (!die.abbreviation.hasChildren) return
  const { unit } = die
  const { bytes, header } = unit
  let at = skipValues(bytes, die.values, die.abbreviation, header)
  while (at < bytes.length) {
    const child = readDie(unit, at)
    if (child === undefined) return
    yield child
    at = endOf(child)
  }
}

/** The position behind an entry and all that is inside of it. Throws `FormatError`. */
function endOf(die: Die): number {
  const { unit, abbreviation, values } = die
  const behind = skipValues(unit.bytes, values, abbreviation, unit.header)
  return abbreviation.hasChildren ? (siblingOf(unit.bytes, abbreviation, values) ?? skipChildren(unit, behind)) : behind
}

/** Where the entry behind this one and its children is, when it says so itself; one that points backwards says nothing. */
export function siblingOf(bytes: Uint8Array, { siblingAt }: Abbreviation, values: number): number | undefined {
  if (siblingAt < 0) return undefined
  const at = values + siblingAt
  const sibling =
    (bytes[at] as number) + (bytes[at + 1] as number) * 256 + (bytes[at + 2] as number) * 65536 + (bytes[at + 3] as number) * 2 ** 24
  return sibling > at && sibling <= bytes.length ? sibling : undefined
}

/** The position behind the null that ends the list which begins at `from`. */
function skipChildren(unit: Unit, from: number): number {
  const { bytes, header, abbreviations } = unit
  let depth = 1
  let at = from
  while (at < bytes.length) {
    const code = codeAt(bytes, at)
    at = skipLeb128(bytes, at)
    if (code === 0) {
      depth--
      if (depth === 0) return at
      continue
    }
    const abbreviation = abbreviations.get(code)
    const sibling = abbreviation.hasChildren ? siblingOf(bytes, abbreviation, at) : undefined
    if (sibling === undefined && abbreviation.hasChildren) depth++
    at = sibling ?? skipValues(bytes, at, abbreviation, header)
  }
  return at
}

/** The abbreviation code at a position. */
export function codeAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return first
  let value = first & 0x7f
  for (let shift = 7; shift < 28; shift += 7) {
    const byte = bytes[++at] ?? 0
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return value
}

/** The value of an attribute as it is written; undefined when the entry has none. Throws `FormatError`. */
export function attributeOf(die: Die, attribute: number): AttributeValue | undefined {
  const { unit, abbreviation } = die
  const { bytes, header } = unit
  let at = die.values
  for (const spec of abbreviation.attributes) {
    if (spec.attribute === attribute) return readValue(new ByteReader(bytes, unit.info.sections.name, at), spec, header)
    at = spec.size === undefined ? skipForm(bytes, at, spec.form, header) : at + spec.size
  }
  return undefined
}

/** True when the entry has the attribute, whatever its value. */
export function has(die: Die, attribute: number): boolean {
  return die.abbreviation.attributes.some((spec) => spec.attribute === attribute)
}

/** True when the entry has the attribute, and it is not `false`. Throws `FormatError`. */
export function isSet(die: Die, attribute: number): boolean {
  const value = has(die, attribute) ? attributeOf(die, attribute) : undefined
  return value !== undefined && !(value.kind === 'flag' && !value.value)
}

/** A constant attribute; forms that do not tell the sign are taken as unsigned. Throws `FormatError`. */
export function constantOf(die: Die, attribute: number): bigint | undefined {
  const value = attributeOf(die, attribute)
  return value?.kind === 'constant' ? value.value : undefined
}

/** A constant attribute that fits a `number`, such as a size; undefined when it does not. Throws `FormatError`. */
export function numberOf(die: Die, attribute: number): number | undefined {
  const value = constantOf(die, attribute)
  return value === undefined || value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER ? undefined : Number(value)
}

/** The entry that an attribute refers to: in this unit, another, a type unit, or the supplementary file. Throws `FormatError`. */
export function referenceOf(die: Die, attribute: number): Die | undefined {
  const value = attributeOf(die, attribute)
  const { info } = die.unit
  if (value?.kind === 'signature') {
    const unit = info.typeUnit(value.value)
    return unit === undefined ? undefined : dieAt(unit, unit.header.typeOffset ?? 0)
  }
  if (value?.kind !== 'reference') return undefined
  switch (value.to) {
    case 'unit':
      return dieAt(die.unit, value.value)
    case 'section':
      return dieIn(info, value.value)
    case 'supplementary':
      return info.supplementary === undefined ? undefined : dieIn(info.supplementary, value.value)
  }
}

function dieIn(info: DebugInfo, offset: number): Die {
  const unit = info.unitAround(offset)
  return dieAt(unit, offset - unit.header.offset)
}

/** An origin has an origin in turn: concrete, abstract, declaration. More steps than this are a circle. */
const MOST_ORIGINS = 8

/** The entry and those it continues (`DW_AT_abstract_origin`, `DW_AT_specification`), nearest first. Throws `FormatError`. */
export function originsOf(die: Die): Die[] {
  const chain = [die]
  for (let next: Die | undefined = die; next !== undefined && chain.length <= MOST_ORIGINS; ) {
    next = referenceOf(next, AT.abstract_origin) ?? referenceOf(next, AT.specification)
    if (next !== undefined) chain.push(next)
  }
  return chain
}
