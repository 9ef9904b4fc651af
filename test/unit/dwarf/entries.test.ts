/**
 * Every entry of real programs, by our reader and by readelf: position, depth, kind, name, type, code.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { AT, TAG } from '../../../src/format/dwarf/constants.ts'
import type { DebugInfo } from '../../../src/format/dwarf/debug-info.ts'
import { childrenOf, type Die, numberOf, referenceOf, rootOf } from '../../../src/format/dwarf/die.ts'
import { rangesOf } from '../../../src/format/dwarf/ranges.ts'
import { textOf } from '../../../src/format/dwarf/unit-tables.ts'
import { DebugPrograms } from '../../support/debug-programs.ts'
import { type DumpedEntry, dumpEntries } from '../../support/readelf.ts'

const programs = new DebugPrograms()
afterAll(() => programs.remove())

const VARIANTS: readonly (readonly [string, () => string])[] = [
  ['DWARF 4', () => programs.c('v4', ['-gdwarf-4', '-O0'])],
  ['DWARF 4 with type units', () => programs.c('types', ['-gdwarf-4', '-fdebug-types-section', '-O2'])],
  ['DWARF 5, optimised', () => programs.c('v5', ['-gdwarf-5', '-O2'])],
  ['64-bit DWARF, compressed', () => programs.c('v5z', ['-gdwarf-5', '-gdwarf64', '-O2', '-gz'])],
  ['strict DWARF 3', () => programs.c('v3', ['-gdwarf-3', '-gstrict-dwarf', '-O1'])],
  ['split strings, link-time optimised', () => programs.c('lto', ['-gdwarf-5', '-O2', '-flto'])],
  ['Go', () => programs.go('go')],
]

describe.each(VARIANTS)('%s', (_, build) => {
  it('has the entries that readelf prints', { timeout: 120_000 }, () => {
    const path = build()
    const info = programs.open(path)
    const expected = dumpEntries(path)
    const units = [...info.units(), ...info.units('types')]
    const found = units.flatMap((unit) => [...walk(rootOf(unit), 0)])
    expect(found.length).toBeGreaterThan(50)
    expect(found.map(({ die, depth }) => [offsetOf(die), depth])).toEqual(expected.map(({ offset, depth }) => [offset, depth]))
    const differences = found.flatMap(({ die }, index) => differencesOf(die, expected[index]!))
    expect(differences.slice(0, 5).map((one) => JSON.stringify(one))).toEqual([])
  })
})

function* walk(die: Die, depth: number): Generator<{ die: Die; depth: number }> {
  yield { die, depth }
  for (const child of childrenOf(die)) yield* walk(child, depth + 1)
}

const offsetOf = (die: Die) => die.unit.header.offset + die.at
const TAG_NAMES = new Map(Object.entries(TAG).map(([name, value]) => [value as number, name]))

/** What both know of an entry and do not agree on. */
function differencesOf(die: Die, expected: DumpedEntry): unknown[] {
  const hex = (text: string | undefined) =>
    text === undefined ? undefined : Number.parseInt(/(?:0x)?([0-9a-f]+)/.exec(text)?.[1] ?? '', 16)
  const name = expected.attributes.get('name')?.replace(/^\([^)]*\): /, '')
  const type = expected.attributes.get('type')
  const size = expected.attributes.get('byte_size')
  const low = expected.attributes.get('low_pc')
  const pairs: (readonly [string, unknown, unknown])[] = [
    ['tag', TAG_NAMES.get(die.abbreviation.tag) ?? expected.tag, expected.tag],
    ['name', textOf(die, AT.name), name],
    ['size', numberOf(die, AT.byte_size), size === undefined || size.startsWith('(') ? numberOf(die, AT.byte_size) : Number(size)],
  ]
  if (type?.startsWith('<') === true) pairs.push(['type', offsetOf(referenceOf(die, AT.type)!), hex(type.slice(1))])
  if (low?.startsWith('0x') && expected.attributes.has('high_pc') && !expected.attributes.has('ranges'))
    pairs.push(['code', Number(rangesOf(die)[0]?.start ?? hex(low)), hex(low)])
  return pairs.filter(([, ours, theirs]) => ours !== theirs).map((pair) => [expected.offset.toString(16), ...pair])
}

it('finds type units by signature', () => {
  const info: DebugInfo = programs.open(programs.c('types2', ['-gdwarf-4', '-fdebug-types-section', '-O1']))
  const signatures = info.units('types').map(({ header }) => header.signature!)
  expect(signatures.length).toBeGreaterThan(2)
  for (const signature of signatures) expect(info.typeUnit(signature)?.header.signature).toBe(signature)
})
