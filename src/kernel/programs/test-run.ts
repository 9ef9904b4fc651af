/**
 * Running a raw tracepoint program here and now, through BPF_PROG_TEST_RUN: how `begin` and `end` programs run.
 */
import { bpf, callName } from '../sys/bpf.ts'
import { encodeTestRun, testRunResult } from '../sys/bpf-program.ts'
import type { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'

/** Runs the program once on this CPU, in this task; answers what it returned. @kernel 5.10 */
export function testRun(program: Fd): number {
  const attr = encodeTestRun(program.number)
  const { errno } = bpf('PROG_TEST_RUN', attr)
  if (errno !== undefined) throw refusalError({ call: callName('PROG_TEST_RUN'), errno, doing: `running ${program.what}` })
  return testRunResult(attr)
}
