/**
 * The C target of a group of tests, built and started before the first of them, and gone behind the last.
 */
import { afterAll, beforeAll } from 'vitest'
import { buildTarget, type RunningTarget, type Target } from './target.ts'

/** The target that runs; to be looked at from within tests only. */
export interface TargetInUse {
  readonly path: string
  readonly pid: number
  /** Does so many rounds; answers how often `work` has run since the start. */
  rounds(count: number): Promise<number>
  /** Starts another one, a thread of which calls `work` for ever; the caller stops it. */
  startSpinning(): RunningTarget
}

/** Builds and starts a target for the tests of the group, or the file, that calls it. */
export function useRunningTarget(kind: 'pie' | 'no-pie'): TargetInUse {
  let target: Target | undefined
  let running: RunningTarget | undefined
  beforeAll(() => {
    target = buildTarget(kind)
    running = target.start()
  })
  afterAll(async () => {
    await running?.stop()
    target?.remove()
  })
  return {
    get path() {
      return target!.path
    },
    get pid() {
      return running!.pid
    },
    rounds: (count) => running!.rounds(count),
    startSpinning: () => target!.start('spin'),
  }
}
