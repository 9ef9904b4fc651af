/**
 * Damaged debug information: bytes changed at random in sections of real programs. Whatever is asked then is answered, missed
 * or refused with a `FormatError`, in bounded time.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { FormatError } from '../../../src/base/errors.ts'
import { argumentsAtEntry } from '../../../src/format/dwarf/calls/entry-arguments.ts'
import { DebugInfo } from '../../../src/format/dwarf/debug-info.ts'
import type { Die } from '../../../src/format/dwarf/die.ts'
import { functionOf } from '../../../src/format/dwarf/functions/debug-function.ts'
import { findFunctionAt } from '../../../src/format/dwarf/functions/function-at.ts'
import { findFunctionsNamed } from '../../../src/format/dwarf/functions/functions-named.ts'
import { findSourceFrames } from '../../../src/format/dwarf/functions/source-frames.ts'
import { variablesAt } from '../../../src/format/dwarf/functions/variables.ts'
import { findLine, findLineAddresses } from '../../../src/format/dwarf/lines/find-line.ts'
import type { DebugSections, SectionName } from '../../../src/format/dwarf/sections.ts'
import { resolveType } from '../../../src/format/dwarf/types/debug-type.ts'
import { findMember, membersOf } from '../../../src/format/dwarf/types/members.ts'
import { memorySource } from '../../../src/format/elf/byte-source.ts'
import { DebugPrograms } from '../../support/debug-programs.ts'

const ROUNDS = 150
const NAMES: readonly SectionName[] = [
  'info',
  'abbrev',
  'str',
  'line_str',
  'ranges',
  'rnglists',
  'loc',
  'loclists',
  'aranges',
  'addr',
  'str_offsets',
  'types',
  'line',
]

const programs = new DebugPrograms()
afterAll(() => programs.remove())

/** The same numbers each time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function damage(sections: DebugSections, random: (below: number) => number): DebugSections {
  const present = NAMES.flatMap((name) => {
    const source = sections.section(name)
    return source === undefined ? [] : [[name, source.read(0, source.size).slice()] as const]
  })
  const [, victim] = present[random(present.length)]!
  const [, often] = present[0]!
  for (let count = 1 + random(6); count > 0; count--) {
    const bytes = random(3) === 0 ? victim : often
    bytes[random(bytes.length)] = [0, 0xff, 0x80, random(256)][random(4)]!
  }
  const copies = new Map(
    present.map(([name, bytes]) => [name, memorySource(name, random(20) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes)]),
  )
  return { name: 'damaged', section: (name) => copies.get(name) }
}

function askEverything(info: DebugInfo, names: readonly string[], address: bigint): void {
  const around = findFunctionAt(info, address)
  const dies = names.flatMap((name) => {
    const { outOfLine, inlined } = findFunctionsNamed(info, name)
    return [...outOfLine, ...inlined]
  })
  for (const of of [around, ...dies.map(functionOf)]) {
    if (of === undefined) continue
    for (const variable of argumentsAtEntry(of, { address: of.entry, cloned: false })) describeType(variable.type, 0)
    variablesAt(of, { address: of.entry + 8n, atEntry: false, cfa: undefined })
  }
}

function askLines(info: DebugInfo, address: bigint): void {
  for (let at = address; at < address + 64n; at += 7n) findSourceFrames(info, at)
  const found = findLine(info, address)
  if (found !== undefined && findLineAddresses(info, found.file, found.line).lines.length === 0) throw new Error('no way back')
}

function describeType(die: Die | undefined, depth: number): void {
  const { type } = resolveType(die)
  if (depth > 3) return
  if (type.kind === 'pointer') describeType(type.to, depth + 1)
  if (type.kind !== 'record') return
  for (const member of membersOf(type.die)) describeType(member.type, depth + 1)
  findMember(type.die, 'no such member')
}

describe.each([
  ['DWARF 4', () => programs.c('f4', ['-gdwarf-4', '-O2', '-fdebug-types-section'])],
  ['DWARF 5', () => programs.c('f5', ['-gdwarf-5', '-O2'])],
])('%s', (_, build) => {
  it(`answers or refuses, ${ROUNDS} times`, { timeout: 60_000 }, () => {
    const whole = programs.open(build())
    const [sound] = findFunctionsNamed(whole, 'caller').outOfLine
    const address = functionOf(sound!)!.entry
    let refused = 0
    for (let round = 0; round < ROUNDS; round++) {
      const info = new DebugInfo(damage(whole.sections, randomNumbers(round)))
      const start = performance.now()
      for (const ask of [() => askEverything(info, ['many', 'caller', 'inlined'], address), () => askLines(info, address)]) {
        try {
          ask()
        } catch (error) {
          if (!(error instanceof FormatError)) throw new Error(`round ${round}`, { cause: error })
          refused++
        }
      }
      expect(performance.now() - start, `round ${round}`).toBeLessThan(2000)
    }
    // Damage that nothing notices in any round would be a test of nothing.
    expect(refused).toBeGreaterThan(ROUNDS / 20)
  })
})
