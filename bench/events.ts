/**
 * Events of a TypeScript program: how fast they are read from a full ring, in batches, into a callback and one by one, and, while one
 * core does nothing but make events, how often a timer of 10 ms has its turn and what memory all of it takes.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { nsecs, ringbuf, type SessionEvents, string, struct, trace, u32, u64, uprobe } from '../src/index.ts'
import { judge } from './hits.ts'
import { median } from './statistics.ts'

/** Hits that nearly fill the ring, at 16 events each of 40 bytes with their header. */
const HITS = Array<number>(10).fill(160)
const EVENTS = 1600 * 16
const RING_BYTES = 1 << 20
const FILLS = 40
const BUSY_MS = 2_000
/** The bars of the project; events in millions a second. */
const LEAST = { batches: 5, each: 5, 'for await': 3 } as const
const LEAST_TURNS = 50
const MOST_MEGABYTES = 60
const IDLE = ['-p', 'process.memoryUsage.rss() / 1e6']
/** A hit for each unit of a byte that is read; then the byte is sent back. */
const SOURCE = `
#include <unistd.h>
volatile int sum;
__attribute__((noinline)) void hit(void) { sum++; }
int main(void) {
  unsigned char hits;
  while (read(0, &hits, 1) == 1) { for (int i = 0; i < hits; i++) hit(); if (write(1, &hits, 1) != 1) return 1; }
}`

type Way = keyof typeof LEAST
type Reader = (goOn: (count: number) => boolean) => Promise<void>

/** Measures and prints events a second. */
export async function benchEvents({ rounds }: { readonly rounds: number }): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-bench-'))
  const path = join(directory, 'hits')
  writeFileSync(`${path}.c`, SOURCE)
  execFileSync('gcc', ['-O1', '-o', path, `${path}.c`])
  const events = ringbuf(struct({ serial: u32, cpu: u32, at: u64, comm: string(16) }), RING_BYTES)
  const probe = uprobe(path, 'hit', (ctx) => {
    for (let serial = 0; serial < 16; serial++) events.emit({ serial, cpu: ctx.cpu, at: nsecs(), comm: ctx.comm })
  })
  const session = await trace({ events, probe })
  const target = spawn('taskset', ['-c', '1', path], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    console.log('\nevents of 32 bytes, two integers, a bigint and a text of 16:')
    const ways = readers(session.events)
    for (const [way, least] of Object.entries(LEAST) as [Way, number][]) {
      const millions: number[] = []
      for (let round = 0; round <= rounds; round++) millions.push(await millionsASecond(target, ways[way]))
      judge(`million events a second from a full ring, ${way}`, median(millions.slice(1)), { atLeast: least }) // The first one compiles.
    }
    for (const way of Object.keys(LEAST) as Way[]) {
      judge(`turns of a 10 ms timer a second, ${way}`, await turnsWhileBusy(target, ways[way]), { atLeast: LEAST_TURNS })
    }
    target.stdin?.write(new Uint8Array(3_000).fill(255))
    const reader = [new URL('events-memory.mjs', import.meta.url).pathname, path]
    judge('megabytes more than an idle Node', (await printedBy(reader)) - (await printedBy(IDLE)), { atMost: MOST_MEGABYTES })
  } finally {
    target.kill()
    await session.close()
    rmSync(directory, { recursive: true })
  }
}

function readers(events: SessionEvents<object>): Readonly<Record<Way, Reader>> {
  return {
    async batches(goOn) {
      let count = 0
      for await (const batch of events.batches()) {
        count += batch.length
        if (!goOn(count)) break
      }
    },
    async each(goOn) {
      let count = 0
      await events.each(() => ++count % 512 !== 0 || goOn(count))
    },
    async 'for await'(goOn) {
      let count = 0
      for await (const _ of events) if (++count % 512 === 0 && !goOn(count)) break
    },
  }
}

/** Over `FILLS` rings, only the reading. */
async function millionsASecond(target: ChildProcess, read: Reader): Promise<number> {
  let readingMs = 0
  for (let fill = 0; fill < FILLS; fill++) {
    target.stdin?.write(Uint8Array.from(HITS))
    for (let answers = 0; answers < HITS.length; ) answers += (await once(target.stdout as NodeJS.ReadableStream, 'data'))[0].length
    const start = performance.now()
    await read((count) => count < EVENTS)
    readingMs += performance.now() - start
  }
  return (FILLS * EVENTS) / readingMs / 1000
}

async function turnsWhileBusy(target: ChildProcess, read: Reader): Promise<number> {
  let turns = 0
  const timer = setInterval(() => turns++, 10)
  target.stdout?.resume()
  // More than one core can do in the time.
  target.stdin?.write(new Uint8Array(3_000).fill(255))
  const start = performance.now()
  await read(() => performance.now() - start < BUSY_MS)
  const seconds = (performance.now() - start) / 1000
  clearInterval(timer)
  return turns / seconds
}

/** The number that Node prints with these arguments. */
async function printedBy(nodeArguments: readonly string[]): Promise<number> {
  return Number((await promisify(execFile)(process.execPath, nodeArguments)).stdout)
}
