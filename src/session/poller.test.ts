import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Poller } from './poller.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** How long the next pause lasts, in ms. */
async function lengthOf(poller: Poller): Promise<number> {
  const start = Date.now()
  const pause = poller.pause()
  await vi.advanceTimersToNextTimerAsync()
  await pause
  return Date.now() - start
}

describe('poller', () => {
  it('pauses longer and longer while nothing comes, up to 50 ms', async () => {
    const poller = new Poller()
    const lengths = []
    for (let i = 0; i < 8; i++) lengths.push(await lengthOf(poller))
    expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 50, 50])
  })
  it('starts again once something comes', async () => {
    const poller = new Poller()
    for (let i = 0; i < 5; i++) await lengthOf(poller)
    poller.found()
    expect(await lengthOf(poller)).toBe(1)
  })
  it('ends the pause, and those after it, when it is stopped', async () => {
    const poller = new Poller()
    const pause = poller.pause()
    poller.stop()
    await pause
    await poller.pause()
    expect(vi.getTimerCount()).toBe(0)
  })
})
