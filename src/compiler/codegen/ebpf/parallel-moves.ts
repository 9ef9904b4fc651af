/**
 * Moves that happen at once, put in an order: a register is overwritten only when nobody reads it any more, and a cycle
 * is cut with a temporary.
 */

/** `dst = src`. */
export interface Move<R> {
  readonly dst: R
  readonly src: R
}

/** Orders moves with distinct targets; `temporary` supplies a register for each cycle. */
export function sequenceMoves<R>(moves: readonly Move<R>[], temporary: () => R): Move<R>[] {
  const sequence: Move<R>[] = []
  let pending = moves.filter((move) => move.dst !== move.src)
  while (pending.length > 0) {
    const ready = pending.filter((move) => !pending.some((other) => other !== move && other.src === move.dst))
    if (ready.length > 0) {
      sequence.push(...ready)
      pending = pending.filter((move) => !ready.includes(move))
      continue
    }
    const first = pending[0] as Move<R>
    const saved = temporary()
    sequence.push({ dst: saved, src: first.dst })
    pending = pending.map((move) => (move.src === first.dst ? { dst: move.dst, src: saved } : move))
  }
  return sequence
}
