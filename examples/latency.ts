/**
 * How long do calls of a function take? Run as root, Ctrl-C shows the histogram (nanoseconds, powers of two):
 * `npx tsx examples/latency.ts /path/to/program function`.
 */
import { hash, hist, string, trace, u32, u64, uprobe, uretprobe } from 'borescope'

const [, , path = '/usr/bin/bash', symbol = 'readline'] = process.argv

const entered = hash(u32, u64)
const took = hash(string(16), hist())

const entry = uprobe(path, symbol, (ctx) => entered.set(ctx.tid, ctx.nsecs))
const exit = uretprobe(path, symbol, (ctx) => {
  const start = entered.take(ctx.tid)
  if (start !== undefined) took.add(ctx.comm, ctx.nsecs - start)
})

await using session = await trace({ entered, took, entry, exit })
console.log(`tracing ${symbol} until Ctrl-C`)
await new Promise((resolve) => {
  process.once('SIGINT', resolve)
  // Something has to keep the process alive.
  setInterval(() => {}, 60_000)
})
for (const [comm, histogram] of session.took) console.log(`${comm}: ${histogram.count} calls\n${histogram}`)
process.exit()
