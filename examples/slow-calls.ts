/**
 * Which calls of a C function take longer than a limit: the entry remembers when, the return sends a record. Run as root:
 * `npx tsx examples/slow-calls.ts /path/to/program function 1000` (the limit is in microseconds).
 */
import { hash, nsecs, ringbuf, string, struct, trace, u32, u64, uprobe, uretprobe } from 'borescope'

const [, , path = '/usr/bin/bash', symbol = 'readline', microseconds = '1000'] = process.argv
const limit = BigInt(microseconds) * 1000n

const entered = hash(u32, u64)
const slow = ringbuf(struct({ pid: u32, tid: u32, comm: string(16), ns: u64, result: u64 }))

const entry = uprobe(path, symbol, (ctx) => {
  entered.set(ctx.tid, nsecs())
})
const exit = uretprobe(path, symbol, (ctx) => {
  const start = entered.get(ctx.tid)
  if (start === undefined) return
  entered.delete(ctx.tid)
  const took = nsecs() - start
  if (took > limit) slow.emit({ pid: ctx.pid, tid: ctx.tid, comm: ctx.comm, ns: took, result: ctx.retval })
})

await using session = await trace({ entered, slow, entry, exit })
for await (const call of session.slow) {
  console.log(`${call.comm}[${call.pid}/${call.tid}] ${symbol} took ${call.ns / 1000n} us and answered ${call.result}`)
}
