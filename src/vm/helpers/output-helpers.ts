/**
 * Helpers that hand something to user space: records of ring buffers, stacks, lines of text.
 */
import type { HelperName } from '../../format/asm/helpers.ts'
import { ERRNO } from '../errno.ts'
import type { Execution } from '../execution.ts'
import { PerfEventArrayMap } from '../maps/perf-event-array-map.ts'
import { RingBufferMap } from '../maps/ring-buffer-map.ts'
import { StackTraceMap } from '../maps/stack-trace-map.ts'
import { formatText } from './format-text.ts'
import type { VmHelper } from './helper.ts'

/** By name. */
export const OUTPUT_HELPERS = {
  ringbuf_reserve: (execution) => (execution.isNull(3) ? ringOf(execution).reserve(execution.size(2)) : 0),
  ringbuf_submit: (execution) => finish(execution, 'submit'),
  ringbuf_discard: (execution) => finish(execution, 'discard'),
  ringbuf_output: (execution) => {
    const ring = ringOf(execution)
    const size = execution.size(3)
    return ring.output(execution.place(2, size, 'read'), size) ? 0 : -ERRNO.EAGAIN
  },
  ringbuf_query: query,
  perf_event_output: outputToPerfEvent,
  get_stackid: (execution) => {
    const map = execution.map(2)
    if (!(map instanceof StackTraceMap)) throw execution.host.fault('bad argument', `map ${map.spec.name} is no stack_trace`)
    return map.store(stackOf(execution, 3), execution.low(3))
  },
  get_stack: getStack,
  trace_printk: printLine,
  snprintf: formatInto,
} as const satisfies Partial<Record<HelperName, VmHelper>>

function ringOf(execution: Execution): RingBufferMap {
  const map = execution.map(1)
  if (map instanceof RingBufferMap) return map
  throw execution.host.fault('bad argument', `map ${map.spec.name} is no ringbuf`)
}

function finish(execution: Execution, how: 'submit' | 'discard'): number {
  const address = execution.bits(1)
  if (execution.maps.some((map) => map instanceof RingBufferMap && map.finish(Number(address), how))) return 0
  throw execution.host.fault('bad argument', `there is no reservation at 0x${address.toString(16)}`, address)
}

/** Flags `BPF_RB_AVAIL_DATA` to `BPF_RB_PROD_POS`. */
function query(execution: Execution): number {
  const ring = ringOf(execution)
  const { consumer, producer } = ring.positions
  return execution.high(2) === 0 ? ([ring.used, ring.spec.maxEntries, consumer, producer][execution.low(2)] ?? 0) : 0
}

/** Stands for the CPU that the program runs on (`BPF_F_CURRENT_CPU`); the low half of the flags is a CPU otherwise. */
const CURRENT_CPU = 0xffff_ffff

/** `bpf_perf_event_output(context, map, flags, data, size)` */
function outputToPerfEvent(execution: Execution): number {
  const map = execution.map(2)
  if (!(map instanceof PerfEventArrayMap)) throw execution.host.fault('bad argument', `map ${map.spec.name} is no perf_event_array`)
  if (execution.high(3) !== 0) return -ERRNO.EINVAL
  const cpu = execution.low(3) === CURRENT_CPU ? execution.environment.cpu() : execution.low(3)
  const size = execution.size(5)
  return map.output(cpu, execution.place(4, size, 'read'), size)
}

const SKIP = 0xff
const USER_STACK = 1 << 8

function stackOf(execution: Execution, flagsArgument: number): readonly bigint[] {
  const flags = execution.low(flagsArgument)
  return execution.environment.stack((flags & USER_STACK) === 0 ? 'kernel' : 'user').slice(flags & SKIP)
}

/** `bpf_get_stack(ctx, buffer, size, flags)`: the bytes that were written. */
function getStack(execution: Execution): number {
  const size = execution.size(3)
  const target = execution.view(2, size, 'write')
  if (size % 8 !== 0) return -ERRNO.EINVAL
  const frames = stackOf(execution, 4).slice(0, size / 8)
  target.fill(0)
  const view = new DataView(target.buffer, target.byteOffset, size)
  for (const [i, frame] of frames.entries()) view.setBigUint64(i * 8, frame, true)
  return frames.length === 0 ? -ERRNO.EFAULT : frames.length * 8
}

/** `bpf_trace_printk(format, size, a, b, c)`: the length of the line. */
function printLine(execution: Execution): number {
  const format = execution.view(1, execution.size(2), 'read')
  const line = formatText(execution, format, [execution.bits(3), execution.bits(4), execution.bits(5)])
  if (line === undefined) return -ERRNO.EINVAL
  execution.environment.print(line)
  return line.length
}

/** `bpf_snprintf(text, size, format, data, dataSize)`: the length with the NUL that the whole text has. */
function formatInto(execution: Execution): number {
  const size = execution.size(2)
  const dataSize = execution.size(5)
  const format = execution.view(3, execution.regions.roomAt(execution.halves(3)), 'read')
  const data = execution.view(4, dataSize, 'read')
  if (dataSize % 8 !== 0) return -ERRNO.EINVAL
  const view = new DataView(data.buffer, data.byteOffset, dataSize)
  const text = formatText(
    execution,
    format,
    Array.from({ length: dataSize / 8 }, (_, i) => view.getBigUint64(i * 8, true)),
  )
  if (text === undefined) return -ERRNO.EINVAL
  const bytes = Uint8Array.from(`${text}\0`, (character) => character.charCodeAt(0))
  const target = execution.view(1, size, 'write')
  target.set(bytes.subarray(0, size))
  if (size > 0 && bytes.length > size) target[size - 1] = 0
  return bytes.length
}
