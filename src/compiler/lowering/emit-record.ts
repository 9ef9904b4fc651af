/**
 * Sends a record to user space: reserve, fill, submit. A full ring buffer is counted, never silent. @kernel 5.8
 */
import { LOSS_OFFSETS } from '../../spec/loss-counts.ts'
import { LOSS_MAP } from '../../spec/map-spec.ts'
import type { RecordLayout } from '../../spec/record-layout.ts'
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'

/** BPF_RB_NO_WAKEUP: the session polls on an adaptive timer, so nobody has to be woken. */
const NO_WAKEUP = 1

/**
 * Reserves a record in the ring buffer `map`, lets `fill` write every byte of it (padding too: it is what was there
 * before), and submits it. With `id`, the record id is stored in the first four bytes.
 */
export function emitRecord(
  builder: FunctionBuilder,
  record: { readonly map: string; readonly layout: RecordLayout; readonly id?: number },
  fill: (pointer: Operand) => void,
): void {
  const reserved = builder.call('ringbuf_reserve', [builder.map(record.map), builder.i64(record.layout.size), builder.i64(0)], 'ptr.record')
  builder.when(
    builder.isNotNull(reserved),
    () => {
      if (record.id !== undefined) builder.store(reserved, builder.constant('i32', record.id))
      fill(reserved)
      builder.call('ringbuf_submit', [reserved, builder.i64(NO_WAKEUP)], 'void')
    },
    () => countLoss(builder),
  )
}

/** Adds one to the count of lost events. */
function countLoss(builder: FunctionBuilder): void {
  builder.atomic('add', builder.mapValue(LOSS_MAP), builder.i64(1), LOSS_OFFSETS.events)
}

/** Adds one to the count of updates of maps that the kernel refused. */
export function countDroppedUpdate(builder: FunctionBuilder): void {
  builder.atomic('add', builder.mapValue(LOSS_MAP), builder.i64(1), LOSS_OFFSETS.updates)
}
