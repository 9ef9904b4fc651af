/**
 * `unwatch()`: watchpoints are detached while the run goes on.
 */
import type { AttachedProbe } from './attach-all.ts'

/** Detaches the watchpoints of an address; those of others, and what is no watchpoint, stay. */
export function detachWatchpoints(attached: readonly AttachedProbe[], address: bigint): void {
  for (const { point, link } of attached) if (point.kind === 'watchpoint' && point.address === address) link.close()
}
