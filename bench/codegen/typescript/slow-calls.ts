/** Calls that take longer than a limit: the entry remembers when, the return sends a record. */
import { hash, nsecs, ringbuf, struct, u32, u64, uprobe, uretprobe } from '../../../src/index.ts'

/** The parts of the program. */
export function parts(target: string) {
  const limit = 1000n
  const entered = hash(u32, u64)
  const slow = ringbuf(struct({ tid: u32, ns: u64, result: u64 }))
  const entry = uprobe(target, 'work', (ctx) => {
    entered.set(ctx.tid, nsecs())
  })
  const exit = uretprobe(target, 'work', (ctx) => {
    const start = entered.get(ctx.tid)
    if (start === undefined) return
    entered.delete(ctx.tid)
    const took = nsecs() - start
    if (took > limit) slow.emit({ tid: ctx.tid, ns: took, result: ctx.retval })
  })
  return { entered, slow, entry, exit }
}
