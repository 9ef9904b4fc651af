/**
 * The `TypeSource` of this machine, wired together: executables from `symbolize`, tracepoints from tracefs (which is looked
 * for, and by root mounted, only when a tracepoint is asked for).
 */
import { findKernelTypes } from '../kernel/btf/kernel-types.ts'
import { findCgroupId } from '../kernel/procfs/cgroups.ts'
import { findKernelSymbol } from '../kernel/procfs/kernel-symbol.ts'
import { findTracepointFormat, listTracepoints } from '../kernel/tracefs/events.ts'
import { createTypeSource, type OpenTypeSource } from '../symbolize/type-source.ts'

/** Opens it; the caller closes it. */
export function openTypeSource(): OpenTypeSource {
  return createTypeSource({
    kernelSource: { findTracepoints: listTracepoints, findTracepointFormat, findKernelSymbol, findCgroupId, kernelTypes: findKernelTypes },
  })
}
