/**
 * From source to an object that is ready to be loaded, in one process: one-liners and a script of 300 lines by the compiler as
 * it ships (one bundle), a TypeScript function by tsx. Cold is the first time in a process, warm the last of many.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { median } from './statistics.ts'

const HERE = join(import.meta.dirname, 'compile')
const PROGRAMS = {
  'BEGIN { exit(); }': 'BEGIN { exit(); }',
  'a one-liner that counts': 'uprobe:/bin/bash:readline { @[comm, pid] = count(); }',
  'a one-liner with a histogram': 'tracepoint:raw_syscalls:sys_exit /args.ret > 0/ { @bytes[comm] = hist(args.ret); }',
  'a script of 300 lines': readFileSync(join(HERE, 'host-report.bt'), 'utf8'),
} as const
/** Rounds in one process: V8 has optimised what the shortest programs need of the compiler after some hundred of them. */
const WARM_ROUNDS = 160

/** Measures and prints milliseconds: medians of processes. */
export async function benchCompileTime(options: { readonly rounds: number }): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-bench-'))
  const bundle = join(directory, 'measure.cjs')
  try {
    await build({
      entryPoints: [join(HERE, 'measure-script.ts')],
      outfile: bundle,
      bundle: true,
      minify: true,
      platform: 'node',
      define: { 'import.meta.filename': '__filename' },
    })
    console.log('\nFrom source to an object that is ready to be loaded, ms:')
    console.log('                                 cold     warm')
    for (const [name, text] of Object.entries(PROGRAMS)) {
      const runs = Array.from({ length: options.rounds }, () => run<number[]>([bundle, String(WARM_ROUNDS), text]))
      printRow(name, runs)
    }
    const runs = Array.from({ length: options.rounds }, () =>
      run<{ total: number[]; capture: number[] }>(['--import', 'tsx', join(HERE, 'measure-function.ts'), String(WARM_ROUNDS)]),
    )
    const [totals, captures] = [runs.map(({ total }) => total), runs.map(({ capture }) => capture)]
    printRow('a TypeScript function', totals)
    printRow('  of that, captured in', captures)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function printRow(name: string, runs: readonly (readonly number[])[]): void {
  const cold = median(runs.map((times) => times[0] ?? Number.NaN))
  const warm = median(runs.map((times) => median(times.slice(-WARM_ROUNDS / 4))))
  console.log(`${name.padEnd(28)}${cold.toFixed(1).padStart(9)}${warm.toFixed(2).padStart(9)}`)
}

function run<T>(words: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${words[0]} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as T
}
