/**
 * BPF run time per hit as the kernel counts it (BPF_ENABLE_STATS: `run_time_ns / run_cnt`), for programs of any tracer:
 * they are those whose ids came after the tracer was started.
 */
import { openProgramById, readProgramStats } from '../src/kernel/programs/program-stats.ts'
import { listIds } from '../src/kernel/sys/bpf.ts'

/** Counters of the programs that have run. */
export interface RunTime {
  readonly runTimeNs: bigint
  readonly runCount: bigint
}

/** The highest program id so far. */
export function lastProgramId(): number {
  return Math.max(0, ...listIds('PROG'))
}

/** The counters of the program that ran most often among those younger than `afterId`: the one on the hot function. */
export function busiestProgram(afterId: number): RunTime {
  const infos = listIds('PROG')
    .filter((id) => id > afterId)
    .map(readById)
  return infos.reduce((best, info) => (info.runCount > best.runCount ? info : best), { runTimeNs: 0n, runCount: 0n })
}

function readById(id: number): RunTime {
  const program = openProgramById(id)
  if (program === undefined) return { runTimeNs: 0n, runCount: 0n }
  try {
    return readProgramStats(program)
  } finally {
    program.close()
  }
}
