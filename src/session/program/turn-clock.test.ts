import { expect, it } from 'vitest'
import { turnClock } from './turn-clock.ts'

/** How long after a turn the next is due, and how often the clock was read, with values that take `valueMs`. */
function run(valueMs: (value: number) => number, values: number) {
  let time = 0
  let looks = 0
  let last = 0
  const turns: number[] = []
  const clock = turnClock(10, () => {
    looks++
    return time
  })
  for (let value = 0; value < values; value++) {
    time += valueMs(value)
    if (!clock.isDue()) continue
    turns.push(time - last)
    last = time
    clock.turned()
  }
  return { turns, looks }
}

it('turns every 10 ms, and does not read the clock for each quick value', () => {
  const { turns, looks } = run(() => 0.0005, 100_000)
  expect(turns).toHaveLength(4)
  for (const after of turns) expect(after).toBeCloseTo(10, 0)
  expect(looks).toBeLessThan(100_000 / 8)
})

it('reads the clock for each slow value', () => {
  expect(run(() => 4, 9).turns).toEqual([12, 12, 12])
  expect(run(() => 30, 3).turns).toEqual([30, 30, 30])
})

it('is late by 16 values at most when they turn slow', () => {
  const { turns } = run((value) => (value < 1000 ? 0.0001 : 5), 1100)
  expect(Math.max(...turns)).toBeLessThan(16 * 5 + 10)
  expect(turns.at(-1)).toBe(10)
})
