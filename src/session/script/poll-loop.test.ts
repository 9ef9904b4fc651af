import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pollUntilStopped, type TurnResult } from './poll-loop.ts'
import { StopRequest } from './stop-request.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Runs the loop with these results in turn, then stops; answers the pauses (ms) that it made. */
async function pausesAfter(results: readonly TurnResult[]): Promise<number[]> {
  const stop = new StopRequest()
  let elapsed = 0
  const times: number[] = []
  let done = false
  const loop = pollUntilStopped(() => {
    times.push(elapsed)
    const result = results[times.length - 1]
    if (result === undefined) stop.request({ kind: 'signal' })
    return result ?? 'idle'
  }, stop).then(() => {
    done = true
  })
  while (!done) {
    elapsed++
    await vi.advanceTimersByTimeAsync(1)
  }
  await loop
  return times.slice(1).map((time, i) => time - (times[i] ?? 0))
}

describe('poll loop', () => {
  it('does not call a turn when the stop has been asked for', async () => {
    const stop = new StopRequest()
    stop.request({ kind: 'signal' })
    const turn = vi.fn<() => TurnResult>(() => 'idle')
    await pollUntilStopped(turn, stop)
    expect(turn).not.toHaveBeenCalled()
  })
  it('waits longer while nothing comes, up to 50 ms', async () => {
    const pauses = await pausesAfter(Array.from({ length: 8 }, () => 'idle'))
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 50, 50])
  })
  it('waits less once something comes', async () => {
    const pauses = await pausesAfter(['idle', 'idle', 'idle', 'idle', 'idle', 'busy', 'busy', 'busy'])
    expect(pauses).toEqual([1, 2, 4, 8, 16, 1, 1, 1])
  })
  it('goes on at once when there is more, after the event loop had its turn', async () => {
    const order: string[] = []
    const stop = new StopRequest()
    setImmediate(() => order.push('event loop'))
    await pollUntilStopped(() => {
      if (order.push('turn') === 3) stop.request({ kind: 'signal' })
      return 'more'
    }, stop)
    expect(order).toEqual(['turn', 'event loop', 'turn'])
  })
  it('ends a pause as soon as a stop is asked for', async () => {
    const stop = new StopRequest()
    const loop = pollUntilStopped(() => 'idle', stop)
    stop.request({ kind: 'exit', code: 3 })
    await loop // the fake clock stands still: only the request can end the pause
    expect(stop.reason).toEqual({ kind: 'exit', code: 3 })
  })
  it('keeps the first reason', () => {
    const stop = new StopRequest()
    stop.request({ kind: 'child-ended' })
    stop.request({ kind: 'signal' })
    expect(stop.reason).toEqual({ kind: 'child-ended' })
  })
})
