/**
 * Builtins about the machine and the run: CPUs, NUMA nodes, jiffies, the command of `-c`, and the mode that the probe interrupted.
 */
import { PT_REGS } from '../../../compiler/lowering/registers.ts'
import { BOOL, UINT8, UINT32, UINT64 } from '../../../spec/types/type.ts'
import { plain } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import { hasRegisters, type ProviderName } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** The constant that the session sets to the process id of the command of `-c`; 0 when there is none. */
const CHILD_CONSTANT = 'child_pid'
/** Low bits of the code segment's selector: 3 in user mode. */
const PRIVILEGE = 3n

/** `ncpus`: CPUs that are online. */
export const ncpus: Builtin = {
  check: () => plain(UINT64),
  lower: ({ builder }) => integerValue(builder.lateConstant('online_cpus')),
}
/** `numaid`: the NUMA node of the current CPU. @kernel 4.10 */
export const numaid: Builtin = {
  check: () => plain(UINT32),
  lower: ({ builder }) => integerValue(builder.binary('and', builder.call('get_numa_node_id', []), builder.i64(0xffff_ffff))),
}
/** `jiffies`: ticks of the kernel. @kernel 5.5 */
export const jiffies: Builtin = {
  check: () => plain(UINT64),
  lower: ({ builder }) => integerValue(builder.call('jiffies64', [])),
}
/** `cpid`: the process id of the command of `-c`. */
export const cpid: Builtin = {
  check: () => plain(UINT32),
  lower: ({ builder }) => integerValue(builder.lateConstant(CHILD_CONSTANT)),
}
/** `has_cpid`: whether there is such a command. */
export const hasCpid: Builtin = {
  check: () => plain(BOOL),
  lower: ({ builder }) =>
    integerValue(builder.convert(builder.compare('ne', builder.lateConstant(CHILD_CONSTANT), builder.i64(0)), 'i64', { signed: false })),
}

/** Programs that the session runs, which is in user mode. */
const OF_THE_SESSION: ReadonlySet<ProviderName> = new Set(['begin', 'end', 'test', 'self'])

/** `usermode`: 1 when the probe interrupted user mode. */
export const usermode: Builtin = {
  check: () => plain(UINT8),
  lower({ builder, unit }) {
    const { context } = unit
    if (!hasRegisters(context)) return integerValue(builder.i64(OF_THE_SESSION.has(context.provider) ? 1 : 0))
    const mode = builder.binary('and', builder.load('i64', builder.context, PT_REGS.cs), builder.i64(PRIVILEGE))
    return integerValue(builder.convert(builder.compare('ne', mode, builder.i64(0)), 'i64', { signed: false }))
  },
}
