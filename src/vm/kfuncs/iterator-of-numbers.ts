/**
 * The open-coded iterator over numbers (`struct bpf_iter_num` of 8 bytes: the number before the next one, and the end). @kernel 6.4
 */
import { ERRNO } from '../errno.ts'
import type { Execution } from '../execution.ts'
import type { Kfunc } from './kfunc.ts'

const SIZE = 8
const MOST_ROUNDS = 8 * 1024 * 1024

/** By the kernel's name. */
export const NUMBER_ITERATOR: Readonly<Record<string, Kfunc>> = {
  bpf_iter_num_new: { argumentCount: 3, run: begin },
  bpf_iter_num_next: { argumentCount: 1, run: next },
  bpf_iter_num_destroy: { argumentCount: 1, run: (execution) => set(execution, 0, 0) },
}

/** `(iterator, start, end)`: numbers from start up to before end. */
function begin(execution: Execution): number {
  const [start, end] = [execution.low(2) | 0, execution.low(3) | 0]
  if (start <= end && end - start <= MOST_ROUNDS) return set(execution, start - 1, end)
  set(execution, 0, 0)
  return start > end ? -ERRNO.EINVAL : -ERRNO.E2BIG
}

/** Answers the address of the number, which is the iterator's own memory; null behind the last. */
function next(execution: Execution): number | bigint {
  const { view } = execution.memory
  const at = execution.place(1, SIZE, 'write')
  const [current, end] = [view.getInt32(at, true), view.getInt32(at + 4, true)]
  if (((current + 1) | 0) >= end) return set(execution, 0, 0)
  view.setInt32(at, current + 1, true)
  return execution.bits(1)
}

function set(execution: Execution, current: number, end: number): number {
  const at = execution.place(1, SIZE, 'write')
  execution.memory.view.setInt32(at, current, true)
  execution.memory.view.setInt32(at + 4, end, true)
  return 0
}
