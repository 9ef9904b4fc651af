/**
 * A Go (or C) program increments a global; a probe in the function that does it copies the global to a map, and this loop
 * prints it once a second. Run as root: `npx tsx examples/counter.ts /tmp/counter 5`.
 */
import { setInterval } from 'node:timers/promises'
import { array, Executable, trace, u64, uprobe, user } from 'borescope'

const path = process.argv[2] ?? '/tmp/counter'
const seconds = Number(process.argv[3] ?? Number.POSITIVE_INFINITY)

const counter = Executable.open(path).symbol('main.counter')
const count = array(u64, 1)
const readCounter = uprobe(path, 'main.doWork', () => {
  count.set(0, user.read(u64, counter, 0n))
})

await using session = await trace({ count, readCounter })
let previous = session.count.get(0)
const start = performance.now()
for await (const _ of setInterval(1000)) {
  const now = session.count.get(0)
  console.log(`counter: ${now}\t(${now - previous} ops/s)`)
  previous = now
  if (performance.now() - start >= seconds * 1000) break
}
