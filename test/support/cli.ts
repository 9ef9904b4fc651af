/**
 * Runs the command as a user would: `bin/borescope`, as a process of its own, with its streams captured.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The launcher that is tested: of the bundle that `install-cli.ts` made, or of the last build. */
export const LAUNCHER = process.env.BORESCOPE_TEST_LAUNCHER ?? fileURLToPath(new URL('../../bin/borescope', import.meta.url))
const DEFAULT_TIMEOUT_MS = 30_000

/** How a command ended, and what it wrote (one character a byte). */
export interface CommandResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that is running. */
export interface RunningCommand {
  readonly process: ChildProcess
  readonly pid: number
  /** What it has written to stdout so far. */
  stdout(): string
  /** Resolves when stdout and stderr together match; rejects when the command ends before. */
  waitFor(pattern: RegExp): Promise<void>
  /** Resolves when it has ended. */
  readonly result: Promise<CommandResult>
}

export interface StartOptions {
  readonly timeoutMs?: number
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** What the command reads from its standard input, which then ends; `open`: nothing comes, and it does not end. */
  readonly input?: string | { readonly kind: 'open' }
  /** The program to start instead of the launcher. */
  readonly program?: string
}

/** Starts the command; it is killed when `timeoutMs` have passed. */
export function startCli(words: readonly string[], options: StartOptions = {}): RunningCommand {
  const process_ = spawn(options.program ?? LAUNCHER, [...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const { input = '' } = options
  if (typeof input === 'string') process_.stdin.end(input)
  const text = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    process_[name].setEncoding('latin1').on('data', (chunk: string) => {
      text[name] += chunk
      for (const listener of listeners) listener()
    })
  }
  const timer = setTimeout(() => process_.kill('SIGKILL'), options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  const result = new Promise<CommandResult>((resolve, reject) => {
    process_.once('error', reject)
    process_.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, ...text })
    })
  })
  return {
    process: process_,
    pid: process_.pid ?? -1,
    result,
    stdout: () => text.stdout,
    waitFor: (pattern) => waitForText(pattern, { text, listeners, result }),
  }
}

/** Runs the command to its end. */
export function runCli(words: readonly string[], options: StartOptions = {}): Promise<CommandResult> {
  return startCli(words, options).result
}

interface Waiting {
  readonly text: { readonly stdout: string; readonly stderr: string }
  readonly listeners: Set<() => void>
  readonly result: Promise<CommandResult>
}

function waitForText(pattern: RegExp, { text, listeners, result }: Waiting): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (!pattern.test(text.stderr + text.stdout)) return
      listeners.delete(check)
      resolve()
    }
    listeners.add(check)
    void result.then((end) =>
      reject(new Error(`the command ended (${end.code ?? end.signal}) before ${pattern}:\n${end.stderr}${end.stdout}`)),
    )
    check()
  })
}
