/**
 * Features of programs: helpers, and running one on request.
 */
import { callHelper, exit, immediate, mov64 } from '../../format/asm/construct.ts'
import { HELPERS, type HelperName } from '../../format/asm/helpers.ts'
import { bpf, callName, encodeEnableStats } from '../sys/bpf.ts'
import { encodeTestRun } from '../sys/bpf-program.ts'
import { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'
import { type Feature, tryProgram, withTrial } from './feature.ts'

/** The smallest program: answers 0. */
export const EMPTY_PROGRAM = [mov64(0, immediate(0)), exit()]

/** True when a uprobe program may call a helper that takes the context or nothing. */
function hasHelper(name: HelperName): boolean {
  const instructions = [callHelper(HELPERS[name].id), exit()]
  return withTrial(tryProgram({ type: 'kprobe', instructions }), () => true)
}

/** `bpf_ktime_get_boot_ns`. @kernel 5.8 */
export const BOOT_CLOCK: Feature = { title: 'reading the boot clock', since: '5.8', probe: () => hasHelper('ktime_get_boot_ns') }

/** `bpf_get_attach_cookie`. @kernel 5.15 */
export const ATTACH_COOKIE: Feature = { title: 'attach cookies', since: '5.15', probe: () => hasHelper('get_attach_cookie') }

/** `bpf_get_func_ip` in programs of type kprobe. @kernel 5.15 (return uprobes 6.6) */
export const FUNCTION_IP: Feature = { title: 'the address of the probed function', since: '5.15', probe: () => hasHelper('get_func_ip') }

/** BPF_PROG_TEST_RUN of raw tracepoint programs: how BEGIN and END run. @kernel 5.10 */
export const TEST_RUN: Feature = {
  title: 'running raw tracepoint programs on request',
  since: '5.10',
  probe: () =>
    withTrial(
      tryProgram({ type: 'raw_tracepoint', instructions: EMPTY_PROGRAM }),
      (program) => bpf('PROG_TEST_RUN', encodeTestRun(program.number)).errno === undefined,
    ),
}

/** BPF_ENABLE_STATS. @kernel 5.8 */
export const RUN_TIME_STATS: Feature = {
  title: 'run time statistics of programs',
  since: '5.8',
  probe: () => {
    const { value, errno } = bpf('ENABLE_STATS', encodeEnableStats())
    if (errno === 'EPERM') throw refusalError({ call: callName('ENABLE_STATS'), errno, doing: 'tracing', needs: ['CAP_SYS_ADMIN'] })
    return withTrial(errno === undefined ? new Fd(value, 'run time statistics') : undefined, () => true)
  },
}
