/**
 * When a loop over events has to step aside for timers and signals. A clock is too slow to be read for each value of millions a second: it
 * is read after more and more values while they are quick, and after each one when they are not.
 */

/** Values between two looks at the clock, at most. */
const MOST = 16

/** Says when the event loop has to turn. */
export interface TurnClock {
  /** To be asked after each value. */
  isDue(): boolean
  /** The event loop has turned. */
  turned(): void
}

/** A clock that is due `turnMs` after the last turn; later by the time of 16 values at most, when they turn slow all of a sudden. */
export function turnClock(turnMs: number, now: () => number = () => performance.now()): TurnClock {
  let turnedAt = now()
  let lookedAt = turnedAt
  let stride = 1
  let left = stride
  return {
    isDue() {
      if (--left > 0) return false
      const at = now()
      // Even twice as many values have to take a small part of a turn only.
      stride = at - lookedAt < turnMs / 8 ? Math.min(stride * 2, MOST) : 1
      lookedAt = at
      left = stride
      return at - turnedAt >= turnMs
    },
    turned() {
      turnedAt = now()
      lookedAt = turnedAt
    },
  }
}
