/** A record of five fields for each hit. */
import { nsecs, ringbuf, string, struct, u32, u64, uprobe } from '../../../src/index.ts'

/** The parts of the program. */
export function parts(target: string) {
  const events = ringbuf(struct({ pid: u32, tid: u32, comm: string(16), ns: u64, number: u64 }))
  const probe = uprobe(target, 'work', (ctx) => {
    events.emit({ pid: ctx.pid, tid: ctx.tid, comm: ctx.comm, ns: nsecs(), number: ctx.arg(0) })
  })
  return { events, probe }
}
