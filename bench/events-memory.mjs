/**
 * A reader of events as its user runs it, from the built package: prints the megabytes that the process takes after two seconds. Usage: events-memory.mjs PATH
 */
import { nsecs, ringbuf, string, struct, trace, u32, u64, uprobe } from '../dist/index.js'

const events = ringbuf(struct({ serial: u32, cpu: u32, at: u64, comm: string(16) }), 1 << 20)
const probe = uprobe(process.argv[2] ?? '', 'hit', (ctx) => {
  for (let serial = 0; serial < 16; serial++) events.emit({ serial, cpu: ctx.cpu, at: nsecs(), comm: ctx.comm })
})
const session = await trace({ events, probe })
const end = performance.now() + 2_000
let count = 0
for await (const _ of session.events) if (++count % 512 === 0 && performance.now() > end) break
console.log(process.memoryUsage.rss() / 1e6)
await session.close()
