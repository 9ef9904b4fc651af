/**
 * Hits a second on a Go function with a stack check: probed where the planner puts the probe, against the same script under
 * bpftrace, which probes the first byte. Both take their turn in every round.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figures, judge, measureSubject } from './hits.ts'
import { median, medianRatio } from './statistics.ts'
import type { SubjectName } from './subject.ts'
import { symbolAddress, type Target } from './target.ts'

/** The bar of the project. */
const LEAST_OF_BPFTRACE = 8

/** The call keeps a frame in doWork, so that the compiler checks the stack. */
const SOURCE = `package main

var counter uint64

//go:noinline
func add(n uint64) { counter += n }

//go:noinline
func doWork() { add(1) }

func main() {
	for {
		doWork()
	}
}
`

/** Measures and prints; without bpftrace there is nothing to compare. */
export async function benchGoHits(options: { readonly rounds: number; readonly bpftrace: boolean }): Promise<void> {
  const subjects: readonly SubjectName[] = ['script', ...(options.bpftrace ? (['bpftrace'] as const) : [])]
  const directory = mkdtempSync(join(tmpdir(), 'borescope-bench-go-'))
  try {
    const target = buildGoTarget(directory)
    const figures: Figures = { hitsPerSecond: new Map(), runTimeNs: new Map() }
    for (let round = 0; round < options.rounds; round++) for (const name of subjects) await measureSubject(name, target, figures)
    console.log('\nA Go function with a stack check:')
    for (const name of subjects)
      console.log(
        `  ${name.padEnd(10)}${median(figures.hitsPerSecond.get(name) ?? [])
          .toFixed(0)
          .padStart(10)} hits/s`,
      )
    if (!options.bpftrace) return
    const ratio = medianRatio(figures.hitsPerSecond.get('script') ?? [], figures.hitsPerSecond.get('bpftrace') ?? [])
    judge('script: hits/s of bpftrace', ratio, { atLeast: LEAST_OF_BPFTRACE })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function buildGoTarget(directory: string): Target {
  const path = join(directory, 'counter')
  writeFileSync(`${path}.go`, SOURCE)
  execFileSync('go', ['build', '-o', path, `${path}.go`], { env: { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off' } })
  return { path, counterAddress: symbolAddress(path, 'main.counter'), firstInstruction: 'single-stepped' }
}
