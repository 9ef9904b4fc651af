/**
 * The programs that are traced while we measure: they call one function as fast as they can and count the calls
 * themselves, in a global that is read from outside. What they counted is the truth that every tracer is held against.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How the probed function begins, which decides what one hit costs in the kernel. */
export type FirstInstruction = 'single-stepped' | 'emulated'

const FUNCTIONS: Readonly<Record<FirstInstruction, string>> = {
  // `add` to memory: the kernel must execute it out of line, under single-step.
  'single-stepped': '"addq $1, main.counter(%rip)\\n ret\\n"',
  // `push`: the kernel emulates it.
  emulated: '"push %rbp\\n addq $1, main.counter(%rip)\\n pop %rbp\\n ret\\n"',
}

/** A compiled target: its path, and where its counter lies. */
export interface Target {
  readonly path: string
  readonly counterAddress: number
  readonly firstInstruction: FirstInstruction
}

/** Compiles a target into `directory` with gcc, at fixed addresses. */
export function buildTarget(directory: string, firstInstruction: FirstInstruction): Target {
  const path = join(directory, `counter-${firstInstruction}`)
  const source = `
unsigned long counter __asm__("main.counter");
void doWork(void) __asm__("main.doWork");
__asm__(".globl main.doWork\\n .type main.doWork, @function\\n main.doWork:\\n" ${FUNCTIONS[firstInstruction]} ".size main.doWork, . - main.doWork\\n");
int main(void) { for (;;) doWork(); }
`
  writeFileSync(`${path}.c`, source)
  execFileSync('gcc', ['-O1', '-no-pie', '-o', path, `${path}.c`])
  return { path, counterAddress: symbolAddress(path, 'main.counter'), firstInstruction }
}

/** The address of a symbol, by nm. */
export function symbolAddress(path: string, name: string): number {
  const line = execFileSync('nm', [path], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .find((candidate) => candidate.endsWith(` ${name}`))
  if (line === undefined) throw new Error(`nm finds no ${name} in ${path}`)
  return Number.parseInt(line, 16)
}

/** A target that runs. Close it. */
export interface RunningTarget {
  readonly pid: number
  /** The number of calls so far. */
  count(): bigint
  close(): void
}

/** Starts a target on one CPU, so that the tracer can have the other. */
export function startTarget(target: Target, cpu: number): RunningTarget {
  const process: ChildProcess = spawn('taskset', ['-c', String(cpu), target.path], { stdio: 'ignore' })
  if (process.pid === undefined) throw new Error(`cannot start ${target.path}`)
  const buffer = new BigUint64Array(1)
  let memory: number | undefined
  return {
    pid: process.pid,
    count() {
      memory ??= openSync(`/proc/${process.pid}/mem`, 'r')
      readSync(memory, buffer, 0, 8, target.counterAddress)
      return buffer[0] ?? 0n
    },
    close() {
      if (memory !== undefined) closeSync(memory)
      process.kill('SIGKILL')
    },
  }
}
