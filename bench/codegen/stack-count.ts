/**
 * Counts by kernel and user stack as ids of the kernel's own table, written in the IR: the front-ends keep the frames themselves.
 */
import { sourceText } from '../../src/base/source-text.ts'
import { compileProgram } from '../../src/compiler/compile-program.ts'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import { countDroppedUpdate } from '../../src/compiler/lowering/emit-record.ts'
import { LOSS_MAP_SPEC } from '../../src/spec/loss-counts.ts'
import { LOSS_MAP, type MapSpec } from '../../src/spec/map-spec.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'

const BPF_NOEXIST = 1
const BPF_F_USER_STACK = 256

const MAPS: readonly MapSpec[] = [
  { name: 'stacks', kind: 'stack_trace', keySize: 4, valueSize: 127 * 8, maxEntries: 1024 },
  { name: 'counts', kind: 'percpu_hash', keySize: 16, valueSize: 8, maxEntries: 4096 },
]

/** The object with its one program. */
export function stackCount(): ObjectSpec {
  const builder = new FunctionBuilder('probe')
  const key = builder.stackSlot('key', 16)
  for (const [index, flags] of [0, BPF_F_USER_STACK].entries()) {
    const stack = builder.call('get_stackid', [builder.context, builder.map('stacks'), builder.i64(flags)])
    builder.store(key, stack, index * 8)
  }
  const lookUp = () => builder.call('map_lookup_elem', [builder.map('counts'), key], 'ptr.map_value')
  const countOne = (entry: ReturnType<typeof lookUp>) => builder.atomic('add', entry, builder.i64(1))
  const found = lookUp()
  builder.when(
    builder.isNotNull(found),
    () => countOne(found),
    () => {
      const zeros = builder.stackSlot('zeros', 8)
      builder.zero(zeros, 8)
      builder.call('map_update_elem', [builder.map('counts'), key, zeros, builder.i64(BPF_NOEXIST)])
      const made = lookUp()
      builder.when(
        builder.isNotNull(made),
        () => countOne(made),
        () => countDroppedUpdate(builder),
      )
    },
  )
  builder.return(builder.i64(0))
  const { instructions, maps } = compileProgram(builder.function, { lossMap: LOSS_MAP })
  return {
    license: 'GPL',
    maps: [...MAPS, LOSS_MAP_SPEC, ...maps],
    programs: [{ name: 'probe', type: 'kprobe', instructions, attach: [], source: sourceText('stack-count', '') }],
    records: [],
    sites: new Map(),
  }
}
