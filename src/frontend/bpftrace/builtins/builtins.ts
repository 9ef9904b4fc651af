/**
 * The table of builtins: those that are compiled, and the names of those that are not yet.
 */
import { args } from './args.ts'
import type { Builtin } from './builtin.ts'
import { elapsed, nsecs } from './clock.ts'
import { config } from './config.ts'
import { ctx } from './ctx.ts'
import { curtask } from './curtask.ts'
import { goframe, goid } from './goroutine.ts'
import { cpid, hasCpid, jiffies, ncpus, numaid, usermode } from './machine.ts'
import { probe, probetype } from './probe-name.ts'
import { argument, func, retval, stackArgument } from './registers.ts'
import { leaderComm, leaderTid, pcomm, ppid } from './relatives.ts'
import { dwUstack, kstack, ustack } from './stack.ts'
import { cgroup, comm, cpu, gid, rand, uid, username } from './task.ts'
import { pid, tid } from './task-id.ts'

const BUILTINS: Readonly<Record<string, Builtin>> = {
  args,
  cgroup,
  config,
  comm,
  cpid,
  cpu,
  ctx,
  curtask,
  dw_ustack: dwUstack,
  elapsed,
  func,
  gid,
  goframe,
  goid,
  has_cpid: hasCpid,
  jiffies,
  kstack,
  leader_comm: leaderComm,
  leader_tid: leaderTid,
  ncpus,
  nsecs,
  numaid,
  pcomm,
  pid,
  ppid,
  probe,
  probetype,
  rand,
  retval,
  tid,
  uid,
  usermode,
  username,
  ustack,
}

const NOT_YET: ReadonlySet<string> = new Set()

/** The builtin of this name. */
export function findBuiltin(name: string): Builtin | undefined {
  const index = /^arg(\d{1,3})$/.exec(name)?.[1]
  if (index !== undefined) return argument(Number(index))
  const onStack = /^sarg(\d{1,3})$/.exec(name)?.[1]
  if (onStack !== undefined) return stackArgument(Number(onStack))
  return Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined
}

/** True for a builtin of the language that is not compiled yet. */
export function isFutureBuiltin(name: string): boolean {
  return NOT_YET.has(name)
}
