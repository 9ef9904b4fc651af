import { expect, it } from 'vitest'
import { afterPass, functionOf, tidy } from '../../../test/support/ir-text.ts'
import type { Pass } from './pass.ts'
import { placeLargeSlots } from './place-large-slots.ts'

const place: Pass = {
  name: 'place-large-slots',
  run: (fn) => placeLargeSlots(fn, { map: 'scratch', room: 64, lossMap: 'lost' }) !== undefined,
}

const BODY = `
  entry.1:
  %2: ptr.stack = stack_slot 8, "small"
  %3: ptr.stack = stack_slot 100, "large"
  %4: i64 = call get_current_comm (%3, i64 16)
  store [%2 + 0], i64 1
  return i64 0`

it('moves the largest slots to a level of scratch memory, and gives it back', () => {
  const lines = afterPass(place, BODY).split('\n')
  const slots = lines.flatMap((line) => line.split(' = stack_slot ')[1] ?? [])
  expect(slots).toEqual(['4, "scratch_key"', '8, "small"'])
  const giveBack = lines.findIndex((line) => line.startsWith('atomic xor'))
  expect(lines.slice(giveBack - 2, giveBack + 2)).toEqual([
    expect.stringMatching(/call get_current_comm \(%\d+, i64 16\)$/),
    'store [%2 + 0], i64 1',
    expect.stringContaining('atomic xor'),
    'return i64 0',
  ])
  expect(placeLargeSlots(functionOf(BODY), { map: 's', room: 64, lossMap: 'lost' })).toEqual({ map: 's', valueSize: 8 + 4 * 104 })
})

it('leaves alone what fits', () => {
  const body = BODY.replace('100', '56')
  expect(afterPass(place, body)).toBe(tidy(body))
})

it('leaves on the stack what a loop hands to its callback, however large', () => {
  const body = `
  entry.1:
  %2: ptr.stack = stack_slot 120, "left for the callback"
  %3: ptr.stack = stack_slot 100, "large"
  %4: i64 = call get_current_comm (%3, i64 16)
  %5: i64 = call loop (i64 3, i64 0, %2, i64 0)
  return i64 0`
  const slots = afterPass(place, body)
    .split('\n')
    .flatMap((line) => line.split(' = stack_slot ')[1] ?? [])
  expect(slots).toEqual(['4, "scratch_key"', '120, "left for the callback"'])
})
