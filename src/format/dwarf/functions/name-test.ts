/**
 * Names of entries compared without being read: by where they are in the table of strings.
 */
import { ByteReader } from '../../../base/bytes.ts'
import { readValue } from '../attribute-value.ts'
import { AT, FORM } from '../constants.ts'
import type { DebugInfo, Unit } from '../debug-info.ts'
import { skipForm } from '../form-sizes.ts'
import { textOffset, textOfValue } from '../unit-tables.ts'
import { findText } from './find-text.ts'
import type { RawEntry } from './scan-unit.ts'

/** Tells whether the text at a position of a unit, in a form, is the one that is looked for. Throws `FormatError`. */
export type NameTest = (unit: Unit, form: number, at: number) => boolean

const NAMES: ReadonlySet<number> = new Set([AT.name, AT.linkage_name, AT.MIPS_linkage_name])

/** True when the name of an entry, or its name for the linker, passes the test. Throws `FormatError`. */
export function hasName(unit: Unit, { abbreviation, values }: RawEntry, matches: NameTest): boolean {
  const { bytes, header } = unit
  let at = values
  for (const { attribute, form, size } of abbreviation.attributes) {
    if (NAMES.has(attribute) && matches(unit, form, at)) return true
    at = size === undefined ? skipForm(bytes, at, form, header) : at + size
  }
  return false
}

/** A test for one name in the whole of a file. */
export function nameTest(info: DebugInfo, name: string): NameTest {
  const wanted = new TextEncoder().encode(`${name}\0`)
  let offsets: ReadonlySet<number> | undefined
  const isAt = (offset: number) => {
    offsets ??= findText(info.sections.section('str'), wanted)
    return offsets.has(offset)
  }
  return (unit, form, at) => {
    const { bytes, header } = unit
    if (form === FORM.strp && header.offsetSize === 4) return isAt(u32(bytes, at))
    if (form === FORM.string) return startsWith(bytes, at, wanted)
    const value = readValue(
      new ByteReader(bytes, unit.info.sections.name, at),
      { attribute: AT.name, form, implicit: undefined, size: undefined },
      header,
    )
    if (value.kind === 'text-index') return isAt(textOffset(unit, value.value))
    return textOfValue(unit, value) === name
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) + (bytes[at + 1] as number) * 256 + (bytes[at + 2] as number) * 65536 + (bytes[at + 3] as number) * 2 ** 24
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}
