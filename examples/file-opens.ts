/**
 * Which files does a process open, and how often? Run as root: `npx tsx examples/file-opens.ts PID`, a table each second.
 */
import { setInterval } from 'node:timers/promises'
import { hash, string, trace, tracepoint, u64, user } from 'borescope'

const pid = Number(process.argv[2] ?? process.pid)
const seconds = Number(process.argv[3] ?? Number.POSITIVE_INFINITY)

const opens = hash(string(128), u64)
const open = tracepoint<{ filename: bigint }>(
  'syscalls:sys_enter_openat',
  (ctx) => {
    const name = user.string(ctx.args.filename, 128)
    if (name !== undefined) opens.increment(name)
  },
  { pid },
)

await using session = await trace({ opens, open })
console.log(`tracing process ${pid}`)
const start = performance.now()
for await (const _ of setInterval(1000)) {
  const most = session.opens.entries().sort(([, a], [, b]) => Number(b - a))
  for (const [name, count] of most.slice(0, 10)) console.log(`${String(count).padStart(8)} ${name}`)
  console.log()
  if (performance.now() - start >= seconds * 1000) break
}
