/**
 * The comparison: counts of every program on every side, as a table of ratios, held against the bar of the issue.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { disassemble } from '../../src/format/asm/disassemble.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'
import { countStatically } from './counts.ts'
import { compileOurs } from './ours.ts'
import { BENCH_PROGRAMS, type BenchProgram } from './programs.ts'
import { countRuns } from './runs.ts'
import { printTable, type Row } from './table.ts'
import { bpftraceSlots, buildWorkbench, compileWithClang, hasClang, type Workbench } from './theirs.ts'

/** Compares all programs, or those named, of which listings are printed too. True when the bar is reached, or nobody can tell. */
export async function benchCodegen(names: readonly string[] = []): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-codegen-'))
  try {
    return await compareCode(directory, names)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function compareCode(directory: string, names: readonly string[]): Promise<boolean> {
  if (!hasClang()) {
    console.log('clang-19 is not installed (apt-get install clang-19): generated code is not compared')
    return true
  }
  const workbench = buildWorkbench(directory)
  const rows: Row[] = []
  for (const program of BENCH_PROGRAMS) {
    if (names.length > 0 && !names.includes(program.name)) continue
    const sides = { ours: await compileOurs(program, workbench.target), clang: compileWithClang(program.name, workbench) }
    if (names.length > 0) for (const [side, object] of Object.entries(sides)) printListing(`${program.name}, ${side}`, object)
    rows.push(rowOf(program, sides, workbench))
  }
  return printTable(rows)
}

function rowOf(program: BenchProgram, { ours, clang }: { ours: ObjectSpec; clang: ObjectSpec }, workbench: Workbench): Row {
  const bpftrace = program.language === 'script' ? bpftraceSlots(program.name, workbench) : undefined
  return {
    name: program.name,
    ours: { loaded: countStatically(ours), run: countRuns(ours, workbench.counterAddress) },
    clang: { loaded: countStatically(clang), run: countRuns(clang, workbench.counterAddress) },
    ...(bpftrace === undefined ? {} : { bpftrace }),
  }
}

function printListing(title: string, { programs }: ObjectSpec): void {
  for (const program of programs) console.log(`-- ${title}: ${program.name}\n${disassemble(program.instructions)}\n`)
}
