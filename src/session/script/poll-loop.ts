/**
 * The poll loop of a run: drains the ring buffer, more often while records come, until a stop is asked for.
 */
import { Poller } from '../poller.ts'
import type { StopRequest } from './stop-request.ts'

/** What one turn of the loop found. */
export type TurnResult = 'idle' | 'busy' | 'more'

/**
 * Calls `turn` until a stop is asked for. After `more` (the turn ended before the ring was empty) only the event loop gets
 * its turn, so that signals and timers are served; after `busy` the pause is the shortest.
 */
export async function pollUntilStopped(turn: () => TurnResult, stop: StopRequest): Promise<void> {
  const poller = new Poller()
  void stop.wait().then(() => poller.stop())
  while (stop.reason === undefined) {
    const result = turn()
    if (result !== 'idle') poller.found()
    await (result === 'more' ? nextTurnOfEventLoop() : poller.pause())
  }
}

function nextTurnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
