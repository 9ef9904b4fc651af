/**
 * How often a program ran and for how long. Counting costs some 50 ns a run, so the kernel counts only while somebody
 * holds a descriptor that asks for it.
 */
import { bpf, callName, encodeEnableStats, encodeGetById, encodeObjectInfo } from '../sys/bpf.ts'
import { PROGRAM_INFO_SIZE, type ProgramInfo, readProgramInfo } from '../sys/bpf-program.ts'
import { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'

/** Counts the runs of all programs of the machine until the answer is closed. Throws `PermissionError`. @kernel 5.8 */
export function enableRunTimeStats(): Fd {
  const { value, errno } = bpf('ENABLE_STATS', encodeEnableStats())
  if (errno !== undefined)
    throw refusalError({ call: callName('ENABLE_STATS'), errno, doing: 'counting the run time of programs', needs: ['CAP_SYS_ADMIN'] })
  return new Fd(value, 'run time statistics')
}

/** Size and counters of a program. */
export function readProgramStats(program: Fd): ProgramInfo {
  const info = new Uint8Array(PROGRAM_INFO_SIZE)
  const { errno } = bpf('OBJ_GET_INFO_BY_FD', encodeObjectInfo(program.number, info))
  if (errno !== undefined) throw refusalError({ call: callName('OBJ_GET_INFO_BY_FD'), errno, doing: `asking about ${program.what}` })
  return readProgramInfo(info)
}

/** Opens any program of the machine by its id; `undefined` when it is gone. The caller closes it. Needs CAP_SYS_ADMIN. */
export function openProgramById(id: number): Fd | undefined {
  const { value, errno } = bpf('PROG_GET_FD_BY_ID', encodeGetById(id))
  return errno === undefined ? new Fd(value, `program ${id}`) : undefined
}
