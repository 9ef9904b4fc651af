/**
 * Lines of real programs, by each version of DWARF: of every address the line that addr2line says, and back from each line to
 * its addresses.
 */
import { afterAll, describe, expect, it } from 'vitest'
import type { DebugInfo } from '../../../src/format/dwarf/debug-info.ts'
import { functionOf } from '../../../src/format/dwarf/functions/debug-function.ts'
import { findFunctionsNamed } from '../../../src/format/dwarf/functions/functions-named.ts'
import { findLine, findLineAddresses } from '../../../src/format/dwarf/lines/find-line.ts'
import { addr2line, codeOf } from '../../support/addr2line.ts'
import { DebugPrograms } from '../../support/debug-programs.ts'

const programs = new DebugPrograms()
afterAll(() => programs.remove())

function ours(info: DebugInfo, address: bigint): string {
  const found = findLine(info, address)
  return found === undefined ? '?' : `${found.file}:${found.line}`
}

/** `asked` is the program that addr2line, which reads no 64-bit DWARF, is asked about: the same code. */
describe.each<[string, () => string, (() => string)?]>([
  ['DWARF 2, not optimised', () => programs.c('l2', ['-gdwarf-2', '-gstrict-dwarf', '-O0'])],
  ['DWARF 3, optimised', () => programs.c('l3', ['-gdwarf-3', '-gstrict-dwarf', '-O2'])],
  ['DWARF 4, optimised', () => programs.c('l4', ['-gdwarf-4', '-O2', '-ffunction-sections'])],
  ['DWARF 5, optimised', () => programs.c('l5', ['-gdwarf-5', '-O2'])],
  ['64-bit DWARF 4', () => programs.c('l10', ['-gdwarf-4', '-gdwarf64', '-O2']), () => programs.c('l11', ['-gdwarf-4', '-O2'])],
  [
    '64-bit DWARF 5, compressed',
    () => programs.c('l6', ['-gdwarf-5', '-gdwarf64', '-O2', '-gz']),
    () => programs.c('l12', ['-gdwarf-5', '-O2']),
  ],
  ['DWARF 5, C++', () => programs.cpp('l7', ['-gdwarf-5', '-O2'])],
  ['DWARF 5, written by the compiler itself', () => programs.cpp('l8', ['-gdwarf-5', '-O2', '-gno-as-loc-support'])],
  ['Go', () => programs.go('l9')],
])('%s', (_, build, asked = build) => {
  it('each address has the line that addr2line says', { timeout: 60_000 }, () => {
    const path = build()
    const info = programs.open(path)
    const addresses = codeOf(path)
    const expected = addr2line(asked(), addresses)
    const found = addresses.map((address) => ours(info, address))
    const wrong = addresses.flatMap((address, at) =>
      found[at] === expected[at] ? [] : [`${address.toString(16)}: ${found[at]}, not ${expected[at]}`],
    )
    expect(wrong.slice(0, 20)).toEqual([])
    expect(new Set(found).size).toBeGreaterThan(12)
  })
})

describe('back from a line', () => {
  it('to where its code begins, by the end of a path', () => {
    const path = programs.c('b1', ['-gdwarf-5', '-O0'])
    const info = programs.open(path)
    const entry = functionOf(findFunctionsNamed(info, 'many').outOfLine[0]!)!.entry
    const line = findLine(info, entry)!.line
    for (const name of ['arguments.c', 'dwarf/arguments.c', '/arguments.c']) {
      const { addresses, files } = findLineAddresses(info, name, line)
      expect(addresses[0]).toMatchObject({ address: entry, line, isStatement: true })
      expect(files).toEqual([addresses[0]!.file])
      for (const { address } of addresses) expect(findLine(info, address)).toMatchObject({ line })
    }
    expect(findLineAddresses(info, 'guments.c', line)).toEqual({ addresses: [], lines: [], files: [] })
  })

  it('to every copy of an inlined line', () => {
    const info = programs.open(programs.cpp('b2', ['-gdwarf-5', '-O2']))
    const { addresses } = findLineAddresses(info, 'inlined.cc', 39)
    expect(addresses.length).toBeGreaterThan(0)
    const lambda = findLineAddresses(info, 'inlined.cc', 37)
    expect(lambda.addresses.length).toBeGreaterThan(1)
  })

  it('and where it has no code, to the lines that have', () => {
    const info = programs.open(programs.cpp('b3', ['-gdwarf-5', '-O2']))
    const { addresses, lines, files } = findLineAddresses(info, 'inlined.cc', 1)
    expect({ addresses, count: files.length }).toEqual({ addresses: [], count: 1 })
    expect(lines).toContain(30)
    expect(lines).not.toContain(1)
  })

  it('in Go', () => {
    const info = programs.open(programs.go('b4'))
    const { outOfLine } = findFunctionsNamed(info, 'main.main')
    const of = functionOf(outOfLine[0]!)!
    const line = findLine(info, of.entry)!
    const { addresses } = findLineAddresses(info, 'main.go', line.line)
    expect(addresses.map(({ address }) => address)).toContain(of.entry)
    expect(line.file).toMatch(/main\.go$/)
  })
})
