/**
 * The poll loop of a run: drains the ring buffer, more often the more there is, and never waits without bound. Rings do
 * not wake anybody (BPF_RB_NO_WAKEUP), so the timer alone decides; it stays between 1 and 50 ms.
 */
import type { StopRequest } from './stop-request.ts'

const SHORTEST_MS = 1
const LONGEST_MS = 50

/** What one turn of the loop found. */
export type TurnResult = 'idle' | 'busy' | 'more'

/**
 * Calls `turn` until a stop is asked for. After `more` (the turn ended before the ring was empty) only the event loop gets
 * its turn, so that signals and timers are served; after `busy` the pause gets shorter, after `idle` longer.
 */
export async function pollUntilStopped(turn: () => TurnResult, stop: StopRequest): Promise<void> {
  let pauseMs = SHORTEST_MS
  while (stop.reason === undefined) {
    const result = turn()
    if (result === 'more') await nextTurnOfEventLoop()
    else {
      pauseMs = result === 'busy' ? Math.max(SHORTEST_MS, pauseMs / 4) : Math.min(LONGEST_MS, pauseMs * 2)
      await pauseOrStop(pauseMs, stop)
    }
  }
}

function nextTurnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

async function pauseOrStop(ms: number, stop: StopRequest): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([pause, stop.wait()])
  clearTimeout(timer)
}
