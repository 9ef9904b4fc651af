/**
 * Uprobes: by the way that the program was loaded for.
 */
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import type { AttachContext } from './attachment.ts'
import { attachUprobeMulti } from './uprobe-multi.ts'
import { attachUprobePerf } from './uprobe-perf.ts'

/** Attaches a program to a uprobe point. */
export function attachUprobe(context: AttachContext, point: Extract<AttachPoint, { kind: 'uprobe' }>): Link {
  return context.uprobes === 'uprobe_multi' ? attachUprobeMulti(context, point) : attachUprobePerf(context, point)
}
