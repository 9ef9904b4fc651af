/**
 * The tracers that are compared: each is started on a target's function, is ready when its probe is attached, and is ended
 * in order. All of them run as processes of their own, so that none pays for another's.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Target } from './target.ts'

/** The name of a tracer in the tables. */
export type SubjectName = 'bare' | 'floor' | 'script' | 'typescript' | 'bpftrace'

/** A tracer that is attached. Close it. */
export interface RunningSubject {
  /** Detaches and ends; resolves when the process is gone. */
  close(): Promise<void>
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const READY_DEADLINE_MS = 20_000

/** The script of the issue that all tracers run, for one target. */
function counterScript(path: string): string {
  return `uprobe:${path}:"main.doWork" { @ = *uaddr("main.counter"); }
interval:s:1 { printf("counter: %d\\t %d ops/sec\\n", @, @-@prev); @prev = @; }
END { clear(@); clear(@prev); }`
}

interface Command {
  readonly program: string
  readonly words: readonly string[]
  /** What it writes once its probe is attached. */
  readonly ready: RegExp
}

const COMMANDS: Readonly<Record<SubjectName, (target: Target) => Command>> = {
  bare: ({ path }) => ({ program: process.execPath, words: ['--import', 'tsx', `${ROOT}bench/bare.ts`, path], ready: /attached/ }),
  floor: ({ path, counterAddress }) => ({
    program: process.execPath,
    words: ['--import', 'tsx', `${ROOT}bench/bare.ts`, path, String(counterAddress)],
    ready: /attached/,
  }),
  script: ({ path }) => ({ program: `${ROOT}bin/borescope`, words: ['-e', counterScript(path)], ready: /Attached \d+ probe/ }),
  typescript: ({ path }) => ({
    program: process.execPath,
    words: ['--import', 'tsx', `${ROOT}examples/counter.ts`, path],
    ready: /counter: \d+/,
  }),
  bpftrace: ({ path }) => ({ program: 'bpftrace', words: ['-e', counterScript(path)], ready: /counter: \d+/ }),
}

/** Starts a tracer on one CPU and waits until its probe is attached. Throws with its output when it ends before. */
export async function startSubject(name: SubjectName, target: Target, cpu: number): Promise<RunningSubject> {
  const { program, words, ready } = COMMANDS[name](target)
  const child = spawn('taskset', ['-c', String(cpu), program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  await waitForOutput(child, ready)
  return {
    close: async () => {
      child.kill('SIGINT')
      await ended
    },
  }
}

function waitForOutput(child: ChildProcess, ready: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onExit = (code: number | null): void => fail(`ended with ${code}`)
    const fail = (why: string): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`${child.spawnargs.slice(3).join(' ')}: ${why}\n${text}`))
    }
    const timer = setTimeout(() => fail(`not ready within ${READY_DEADLINE_MS} ms`), READY_DEADLINE_MS)
    child.once('exit', onExit)
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (!ready.test(text)) return
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
  })
}
