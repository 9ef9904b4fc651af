/**
 * What the cases of testdata/cases trace: testdata/targets/calls.c, built by gcc, and a process of it. In a case, `{target}`
 * stands for the path of the program and `{pid}` for the process; `{usdt}` for the path of a program with static probes, `{debug}`
 * for that of the program with debug information, `{watched}` for that of one that writes to an address that is known beforehand.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OutputCase } from './case-file.ts'

const SOURCES = join(import.meta.dirname, '../../testdata/targets')
const FLAGS = { pie: ['-fPIE', '-pie'], 'no-pie': ['-fno-pie', '-no-pie'] } as const

/** Programs that few cases need, built when the first one does. */
const OTHERS = {
  usdt: { source: 'usdt.c', flags: [] },
  debug: { source: 'calls.c', flags: ['-g'] },
  watched: { source: 'watched.c', flags: [] },
} as const
type Other = keyof typeof OTHERS

/** How the program is linked: with addresses that slide, or fixed ones. */
export type CaseTargetKind = keyof typeof FLAGS

/** A built program. The caller closes it. */
export class CaseTarget {
  readonly path: string
  readonly #directory = mkdtempSync(join(tmpdir(), 'borescope-cases-'))
  readonly #kind: CaseTargetKind
  #process: ChildProcess | undefined
  readonly #others = new Map<Other, string>()

  constructor(kind: CaseTargetKind) {
    this.#kind = kind
    this.path = this.#build('calls', { source: 'calls.c', flags: [] })
  }

  /** The case with path and process in their places; starts the process for a case that names it. */
  fill(item: OutputCase): OutputCase {
    const fill = (text: string): string =>
      text
        .replaceAll('{target}', this.path)
        .replaceAll(/\{(usdt|debug|watched)\}/g, (_, name: Other) => this.#other(name))
        .replaceAll('{pid}', () => String(this.#pid()))
    const { expectStderr } = item
    const filled = { ...item, program: fill(item.program), args: item.args.map(fill), expect: fill(item.expect) }
    return expectStderr === undefined ? filled : { ...filled, expectStderr: fill(expectStderr) }
  }

  /** What a run wrote, with the names for the paths again. */
  unfill(text: string): string {
    const known = [...this.#others].reduce((rest, [name, path]) => rest.replaceAll(path, `{${name}}`), text)
    return known.replaceAll(this.path, '{target}')
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

  #other(name: Other): string {
    const path = this.#others.get(name) ?? this.#build(name, OTHERS[name])
    this.#others.set(name, path)
    return path
  }

  #build(name: string, { source, flags }: { readonly source: string; readonly flags: readonly string[] }): string {
    const path = join(this.#directory, name)
    execFileSync('gcc', ['-O1', '-Wall', ...flags, ...FLAGS[this.#kind], '-o', path, join(SOURCES, source)])
    return path
  }

  #pid(): number {
    this.#process ??= spawn(this.path, ['for-ever'], { stdio: 'ignore' })
    return this.#process.pid ?? 0
  }
}
