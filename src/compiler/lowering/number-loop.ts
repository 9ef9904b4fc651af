/**
 * A loop over a range of numbers whose length the verifier need not know: it goes round an iterator of the kernel, so it checks
 * the body once instead of once a round. @kernel 6.4
 */
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Block, Operand } from '../ir/ir.ts'

/** Bytes of `struct bpf_iter_num`. */
const ITERATOR_SIZE = 8

/** What the body of a loop may use. */
export interface LoopRound {
  /** The number of this round, an i32. */
  readonly index: Operand
  /** Where to jump to begin the next round, and to leave the loop. */
  readonly next: Block
  readonly done: Block
  /** Adds what has to be done before the function returns from within the loop. */
  readonly leave: () => void
}

/**
 * Runs `body` for each i32 from `from` up to and without `to`, as signed numbers; not at all when `to` is not larger. Goes on behind the
 * loop. The range may have 8 million rounds at most (BPF_MAX_LOOPS); a longer one has none.
 */
export function emitNumberLoop(
  builder: FunctionBuilder,
  range: { readonly from: Operand; readonly to: Operand },
  body: (round: LoopRound) => void,
): void {
  const iterator = builder.stackSlot('iterator', ITERATOR_SIZE)
  const [next, inside, done] = [builder.block('next_round'), builder.block('round'), builder.block('loop_done')]
  builder.callKfunc('bpf_iter_num_new', [iterator, range.from, range.to], 'void')
  builder.jump(next)
  builder.moveTo(next)
  const number = builder.callKfunc('bpf_iter_num_next', [iterator], 'ptr.memory')
  builder.branch(builder.isNotNull(number), inside, done)
  builder.moveTo(inside)
  const leave = () => builder.callKfunc('bpf_iter_num_destroy', [iterator], 'void')
  body({ index: builder.load('i32', number), next, done, leave })
  if (!builder.terminated) builder.jump(next)
  builder.moveTo(done)
  leave()
}
