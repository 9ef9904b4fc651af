/**
 * Arguments of functions of real programs where they are entered: by each version of DWARF, optimised and not, in C and Go.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { argumentsAtEntry } from '../../../src/format/dwarf/calls/entry-arguments.ts'
import type { DebugInfo } from '../../../src/format/dwarf/debug-info.ts'
import { functionOf } from '../../../src/format/dwarf/functions/debug-function.ts'
import { findFunctionAt } from '../../../src/format/dwarf/functions/function-at.ts'
import { findFunctionsNamed } from '../../../src/format/dwarf/functions/functions-named.ts'
import { variablesAt } from '../../../src/format/dwarf/functions/variables.ts'
import type { Location, NoLocation, Term } from '../../../src/format/dwarf/locations/location.ts'
import { X86_64_REGISTERS } from '../../../src/format/dwarf/locations/registers.ts'
import { resolveType } from '../../../src/format/dwarf/types/debug-type.ts'
import { findMember, membersOf } from '../../../src/format/dwarf/types/members.ts'
import { DebugPrograms } from '../../support/debug-programs.ts'

const programs = new DebugPrograms()
afterAll(() => programs.remove())

const VARIANTS: readonly (readonly [string, readonly string[]])[] = [
  ['DWARF 4, not optimised', ['-gdwarf-4', '-O0']],
  ['DWARF 4, optimised', ['-gdwarf-4', '-O2']],
  ['DWARF 5, not optimised', ['-gdwarf-5', '-O0']],
  ['DWARF 5, optimised', ['-gdwarf-5', '-O2']],
  ['64-bit DWARF 5, compressed', ['-gdwarf-5', '-gdwarf64', '-O2', '-gz']],
]

/** The function of a name, found by its name and again by its address. */
function find(info: DebugInfo, name: string) {
  const [die] = findFunctionsNamed(info, name).outOfLine
  const of = functionOf(die!)!
  expect(findFunctionAt(info, of.entry)?.entry).toBe(of.entry)
  expect(findFunctionAt(info, of.ranges[0]!.end - 1n)?.entry).toBe(of.entry)
  return of
}

/** The arguments of a function as one line each: `name type place`. */
function argumentsOf(info: DebugInfo, name: string): string[] {
  const of = find(info, name)
  return argumentsAtEntry(of, { address: of.entry, cloned: false }).map(
    (one) => `${one.name}: ${resolveType(one.type).name || resolveType(one.type).type.kind} ${show(one.location)}`,
  )
}

function show(location: Location | NoLocation | undefined): string {
  switch (location?.kind) {
    case undefined:
      return '?'
    case 'register':
      return X86_64_REGISTERS[location.register] ?? `xmm${location.register - 17}`
    case 'memory':
      return `[${showTerm(location.address)}]`
    case 'value':
      return `=${showTerm(location.value)}`
    case 'pieces':
      return location.pieces.map((piece) => `${piece.size}:${show(piece.location)}`).join(' ')
    case 'bytes':
      return `bytes ${location.bytes.length}`
    case 'nowhere':
      return location.reason
  }
}

function showTerm(term: Term): string {
  switch (term.kind) {
    case 'constant':
      return String(BigInt.asIntN(64, term.value))
    case 'address':
      return `@${term.value.toString(16)}`
    case 'register':
      return X86_64_REGISTERS[term.register] ?? 'xmm'
    case 'read':
      return `*${showTerm(term.at)}`
    case 'binary':
      return `${showTerm(term.left)} ${term.operator} ${showTerm(term.right)}`
  }
}

describe.each(VARIANTS)('C, %s', (name, flags) => {
  const info = () => programs.open(programs.c(name.replaceAll(/\W/g, ''), flags))

  it('has arguments where the ABI passes them, used or not', () => {
    const opened = info()
    expect(argumentsOf(opened, 'many')).toEqual([
      'a: int di',
      'f: double xmm0',
      'p: point si',
      'n: pointer dx',
      'e: long int cx',
      'g: char r8',
      'h: long int r9',
      'big: node [sp add 8]',
    ])
    expect(argumentsOf(opened, 'unused')).toEqual(['a: int di', 'b: int si', 'c: int dx'])
    expect(argumentsOf(opened, 'caller')).toEqual(['node: pointer di', 'count: size_t si'])
  })

  it('believes debug information where the compiler changed the signature', () => {
    const optimised = ['a: int di', 'b: char =98', 'c: short int =-7', 'd: long unsigned int =1099511627776']
    const plain = ['a: int di', 'b: char si', 'c: short int dx', 'd: long unsigned int cx']
    expect(argumentsOf(info(), 'small')).toEqual(flags.includes('-O2') ? optimised : plain)
  })

  it('has the layout of types', () => {
    const of = find(info(), 'caller')
    const [node] = argumentsAtEntry(of, { address: of.entry, cloned: false })
    const pointer = resolveType(node!.type).type
    const record = pointer.kind === 'pointer' ? resolveType(pointer.to).type : undefined
    if (record?.kind !== 'record') throw new Error('node is not a pointer to a struct')
    const members = membersOf(record.die).map((one) => `${one.name} ${one.offset} ${resolveType(one.type).type.kind}`)
    expect([record.size, ...members]).toEqual([
      88,
      'name 0 pointer',
      'next 8 pointer',
      'at 16 record',
      'flags 24 record',
      'colour 32 enum',
      'number 40 record',
      'values 48 array',
      ' 64 record',
      'real 72 base',
      'yes 80 base',
    ])
    expect(findMember(record.die, 'inner')).toMatchObject({ offset: 64 })
    const flags = resolveType(findMember(record.die, 'flags')!.type).type
    expect(
      flags.kind === 'record' && membersOf(flags.die).map(({ name: field, offset, bits }) => [field, offset, bits?.offset, bits?.size]),
    ).toEqual(BIT_FIELDS)
    const colour = resolveType(findMember(record.die, 'colour')!.type).type
    expect(colour).toMatchObject({ kind: 'enum', size: 4, signed: true })
    expect(resolveType(findMember(record.die, 'values')!.type).type).toMatchObject({ kind: 'array', count: 4 })
  })

  it('counts calls that were inlined', () => {
    const found = findFunctionsNamed(info(), 'inlined')
    expect([found.outOfLine.length, found.inlined.length]).toEqual([0, 2])
  })

  it('says why there is nothing', () => {
    const of = find(info(), 'many')
    const middle = variablesAt(of, { address: of.ranges[0]!.end - 1n, atEntry: false, cfa: undefined })
    const reasons = middle.flatMap(({ location }) => (location.kind === 'nowhere' ? [location.reason] : []))
    expect(reasons.length).toBeGreaterThan(0)
    for (const reason of reasons) expect(reason).toMatch(/at this address$|has been used since$/)
  })
})

/** Name, byte, bit in the byte, bits. */
const BIT_FIELDS = [
  ['a', 0, 0, 3],
  ['b', 0, 3, 5],
  ['c', 1, 0, 40],
]

describe('Go', () => {
  const info = () => programs.open(programs.go('go'))

  it('has arguments where the register ABI passes them', { timeout: 120_000 }, () => {
    const opened = info()
    expect(argumentsOf(opened, 'main.ints')).toEqual(
      ['ax', 'bx', 'cx', 'di', 'si', 'r8', 'r9', 'r10', 'r11', '[sp add 8]'].map((place, index) => `${'abcdefghij'[index]}: int ${place}`),
    )
    expect(argumentsOf(opened, 'main.strs')).toEqual([
      's: string 8:ax 8:bx',
      'b: []uint8 8:cx 8:di 8:si',
      'e: error 8:r8 8:r9',
      'm: map[string]int r10',
      'ch: chan int r11',
      'f: func(int) int [sp add 8]',
    ])
    expect(argumentsOf(opened, 'main.structs')).toEqual([
      'p: main.P 8:ax 8:bx 8:cx 8:xmm0',
      's: main.Small 4:di 4:si',
      'arr: [2]int64 [sp add 8]',
      'one: [1]int64 r8',
      'last: int r9',
    ])
    expect(argumentsOf(opened, 'main.(*Request).Do')).toEqual(['r: *main.Request ax', 'x: int bx', 'name: string 8:cx 8:di'])
    expect(argumentsOf(opened, 'main.unused')).toEqual(['a: int ax', 'b: string 8:bx 8:cx', 'c: bool di', 'd: int8 si'])
  })
})
