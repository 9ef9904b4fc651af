/**
 * The `TypeSource` of a script that has no probe in an executable file: tracepoints from tracefs, which is looked for, and by root
 * mounted, only when a tracepoint is asked for.
 */
import { InternalError } from '../base/errors.ts'
import { findKernelTypes } from '../kernel/btf/kernel-types.ts'
import { findCgroupId } from '../kernel/procfs/cgroups.ts'
import { findKernelSymbol } from '../kernel/procfs/kernel-symbol.ts'
import { findTracepointFormat, listTracepoints } from '../kernel/tracefs/events.ts'
import type { TypeSource } from '../spec/type-source.ts'

/** Creates it. There is nothing to close. */
export function kernelTypes(): TypeSource & { close(): void } {
  return {
    findTracepoints: listTracepoints,
    findTracepointFormat,
    findKernelSymbol,
    findCgroupId,
    kernelTypes: findKernelTypes,
    findUprobeTarget: ({ target }) => noExecutables(target),
    findDataSymbol: noExecutables,
    close: () => {},
  }
}

function noExecutables(target: string): never {
  throw new InternalError(`${target} was asked for by a script that has no probe in an executable`)
}
