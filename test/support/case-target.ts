/**
 * What the cases of testdata/cases trace: testdata/targets/calls.c, built by gcc, and a process of it. In a case, `{target}`
 * stands for the path of the program and `{pid}` for the process; `{usdt}` for the path of a program with static probes.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OutputCase } from './case-file.ts'

const SOURCES = join(import.meta.dirname, '../../testdata/targets')
const FLAGS = { pie: ['-fPIE', '-pie'], 'no-pie': ['-fno-pie', '-no-pie'] } as const

/** How the program is linked: with addresses that slide, or fixed ones. */
export type CaseTargetKind = keyof typeof FLAGS

/** A built program. The caller closes it. */
export class CaseTarget {
  readonly path: string
  readonly #directory = mkdtempSync(join(tmpdir(), 'borescope-cases-'))
  readonly #kind: CaseTargetKind
  #process: ChildProcess | undefined
  #usdt: string | undefined

  constructor(kind: CaseTargetKind) {
    this.#kind = kind
    this.path = this.#build('calls')
  }

  /** The case with path and process in their places; starts the process for a case that names it. */
  fill(item: OutputCase): OutputCase {
    const fill = (text: string): string =>
      text
        .replaceAll('{target}', this.path)
        .replaceAll('{usdt}', () => this.#staticProbes())
        .replaceAll('{pid}', () => String(this.#pid()))
    return { ...item, program: fill(item.program), args: item.args.map(fill), expect: fill(item.expect) }
  }

  /** What a run wrote, with the path as `{target}` again. */
  unfill(text: string): string {
    return (this.#usdt === undefined ? text : text.replaceAll(this.#usdt, '{usdt}')).replaceAll(this.path, '{target}')
  }

  /** Ends the process, if there is one. Before a case that starts none, so that nothing else calls what it counts. */
  stop(): void {
    this.#process?.kill('SIGKILL')
    this.#process = undefined
  }

  close(): void {
    this.stop()
    rmSync(this.#directory, { recursive: true })
  }

  #staticProbes(): string {
    this.#usdt ??= this.#build('usdt')
    return this.#usdt
  }

  #build(name: string): string {
    const path = join(this.#directory, name)
    execFileSync('gcc', ['-O1', '-Wall', ...FLAGS[this.#kind], '-o', path, join(SOURCES, `${name}.c`)])
    return path
  }

  #pid(): number {
    this.#process ??= spawn(this.path, ['for-ever'], { stdio: 'ignore' })
    return this.#process.pid ?? 0
  }
}
