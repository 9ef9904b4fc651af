/**
 * Runs a tracer against a counter for some seconds and reads the rates off what it prints. For the demo: it measures
 * nothing that bench/ does not measure better.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** How one tracer did on one counter. */
export interface CounterRun {
  /** Operations a second, one for each line but the first, whose interval is cut. */
  readonly rates: readonly number[]
  /** The tracer's exit code; null when a signal ended it. */
  readonly exitCode: number | null
}

/** The rate in a line such as `counter: 81234\t 80999 ops/sec` or `counter: 81234\t(80999 ops/s)`. */
export function parseRate(line: string): number | undefined {
  const match = /^counter: \d+\s+\(?(\d+) ops\/s/.exec(line)
  return match === null ? undefined : Number(match[1])
}

/** The middle of the values, 0 when there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Starts `target`, then `command`, interrupts the latter after `durationMs`, and ends the former. Echoes what is printed. */
export async function runOnCounter(target: string, command: readonly string[], durationMs: number): Promise<CounterRun> {
  const counter = spawn(target, { stdio: 'ignore' })
  await once(counter, 'spawn')
  try {
    return await runTracer(command, durationMs)
  } finally {
    await end(counter, 'SIGKILL')
  }
}

async function runTracer(command: readonly string[], durationMs: number): Promise<CounterRun> {
  const [program = '', ...words] = command
  const tracer = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(tracer, 'close')
  const stop = setTimeout(() => end(tracer, 'SIGINT'), durationMs)
  // A tracer that does not end in order is a bug; it must not hang the demo.
  const kill = setTimeout(() => tracer.kill('SIGKILL'), durationMs + 10_000)
  const rates: number[] = []
  for await (const line of createInterface({ input: tracer.stdout })) {
    console.log(`    ${line}`)
    const rate = parseRate(line)
    if (rate !== undefined) rates.push(rate)
  }
  await closed
  clearTimeout(stop)
  clearTimeout(kill)
  return { rates: rates.slice(1), exitCode: tracer.exitCode }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
