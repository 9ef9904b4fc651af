import { expect, it } from 'vitest'
import { afterPass, tidy } from '../../../test/support/ir-text.ts'
import { instructionSet } from '../../spec/instruction-set.ts'
import { lowerSignedDivision } from './lower-signed-division.ts'

it('divides magnitudes and gives the result its sign', () => {
  const before = `
    entry.1:
    %2: i32 = load [%0 + 0]
    %3: i32 = load [%0 + 8]
    %4: i32 = smod %2, %3
    %5: i64 = zext %4
    return %5`
  const expected = `
    entry.1:
    %2: i32 = load [%0 + 0]
    %3: i32 = load [%0 + 8]
    %6: i32 = ashr %2, i32 31
    %7: i32 = ashr %3, i32 31
    %8: i32 = xor %2, %6
    %9: i32 = sub %8, %6
    %10: i32 = xor %3, %7
    %11: i32 = sub %10, %7
    %12: i32 = umod %9, %11
    %13: i32 = xor %12, %6
    %14: i32 = sub %13, %6
    %5: i64 = zext %14
    return %5`
  expect(afterPass(lowerSignedDivision(instructionSet(3)), before)).toBe(tidy(expected))
})

it.each([
  ['unsigned division', 'udiv', instructionSet(3)],
  ['signed division where there is an instruction for it', 'sdiv', instructionSet(4)],
])('leaves %s alone', (_name, operator, set) => {
  const body = `entry.1: \n %2: i64 = load [%0 + 0] \n %3: i64 = ${operator} i64 100, %2 \n return %3`
  expect(afterPass(lowerSignedDivision(set), body)).toBe(tidy(body))
})

it('asks for the instruction only when there is something to divide', () => {
  const asked: number[] = []
  const set = { has: (version: number) => asked.push(version) > 0 }
  afterPass(lowerSignedDivision(set), 'entry.1: \n return i64 0')
  expect(asked).toEqual([])
})
