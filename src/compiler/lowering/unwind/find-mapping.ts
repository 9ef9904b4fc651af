/**
 * Finds what a process has mapped at an address, in the kernel's own tree of mappings (a maple tree), read without locks: helpers that
 * look there take a lock, which programs in interrupts get once at most. What is read while it changes is found out by the
 * mapping's bounds, or is a miss. Layout: include/linux/maple_tree.h. @kernel 6.1
 */
import { TREE_NODE } from '../../../spec/unwind-layout.ts'
import type { FunctionBuilder } from '../../ir/builder.ts'
import type { Block, Operand } from '../../ir/ir.ts'
import { readWord } from './kernel-word.ts'
import type { WalkMemory } from './walk-memory.ts'

/** A mapping that holds an address. */
export interface FoundMapping {
  readonly start: Operand
  readonly end: Operand
  /** Where in its file it begins, in bytes. */
  readonly offset: Operand
  /** Address of its `struct file`; 0 for memory without one. */
  readonly file: Operand
  /** Address of its `struct vm_area_struct`. */
  readonly area: Operand
}

const RANGE_PIVOTS = 15
const ARANGE_PIVOTS = 9
/** Deepest tree that is looked into: 10 ^ 5 times 16 mappings and more. */
const MOST_LEVELS = 6
const PAGE_SHIFT = 12
/** MAPLE_ROOT_NODE. */
const ROOT_NODE = 2

/** Looks for the mapping of the variable `address` in the memory `mm`; runs `found` when there is one. */
export function withMapping(builder: FunctionBuilder, memory: WalkMemory, found: (mapping: FoundMapping) => void): void {
  const entry = memory.variable('entry')
  const address = memory.variable('address')
  entry.set(readWord(builder, memory.variable('mm').get(), 'mm_struct.mm_mt.ma_root'))
  descend(builder, memory)
  const area = entry.get()
  builder.when(builder.compare('ne', area, builder.i64(0)), () => {
    const bounds = readPair(builder, builder.binary('add', area, builder.relocation('field_offset', 'vm_area_struct.vm_start')))
    const [start, end] = bounds
    const holds = builder.binary('and', builder.compare('ule', start, address.get()), builder.compare('ult', address.get(), end))
    builder.when(holds, () => {
      // The two fields have always been neighbours.
      const [page, file] = readPair(builder, builder.binary('add', area, builder.relocation('field_offset', 'vm_area_struct.vm_pgoff')))
      found({ start, end, offset: builder.binary('shl', page, builder.i64(PAGE_SHIFT)), file, area })
    })
  })
}

/** Two words that lie side by side; zeros when they cannot be read. */
function readPair(builder: FunctionBuilder, address: Operand): readonly [Operand, Operand] {
  const pair = builder.stackSlot('pair', 16)
  builder.call('probe_read_kernel', [pair, builder.i64(16), address])
  return [builder.load('i64', pair), builder.load('i64', pair, 8)]
}

/** Goes from the root, in `entry`, to a leaf: leaves a mapping there, or 0. */
function descend(builder: FunctionBuilder, memory: WalkMemory): void {
  const entry = memory.variable('entry')
  // The verifier has to see that this loop ends, so this variable is one that it follows.
  const level = builder.stackSlot('level', 8)
  builder.store(level, builder.i64(0))
  const block = (name: string): Block => builder.block(name)
  const [head, inside, missed, done] = [block('level'), block('node'), block('missed'), block('searched')]
  // The root has this bit when it is a node; a tree of one mapping has none, and is none of a program.
  const isNode = builder.compare('ne', builder.binary('and', entry.get(), builder.i64(ROOT_NODE)), builder.i64(0))
  builder.branch(isNode, head, missed)
  builder.moveTo(head)
  builder.branch(builder.compare('ult', builder.load('i64', level), builder.i64(MOST_LEVELS)), inside, missed)
  builder.moveTo(inside)
  const type = builder.binary('and', builder.binary('lshr', entry.get(), builder.i64(3)), builder.i64(15))
  const node = builder.binary('and', entry.get(), builder.i64(-TREE_NODE.size))
  builder.call('probe_read_kernel', [memory.node, builder.i64(TREE_NODE.size), node])
  entry.set(childOf(builder, { node: memory.node, type, address: memory.variable('address').get() }))
  builder.store(level, builder.binary('add', builder.load('i64', level), builder.i64(1)))
  builder.branch(builder.compare('ule', type, builder.i64(1)), done, head)
  builder.moveTo(missed)
  entry.set(builder.i64(0))
  builder.jump(done)
  builder.moveTo(done)
}

/**
 * The child of a node below which an address lies: as many children are passed as there are pivots below the address, up to the first
 * that is not; a pivot of 0 stands behind the last. Counted without branches, each of which would double what the verifier has to look at.
 */
function childOf(
  builder: FunctionBuilder,
  { node, type, address }: { readonly node: Operand; readonly type: Operand; readonly address: Operand },
): Operand {
  const i64 = (value: number) => builder.i64(value)
  // Of the types 1 to 3 only `arange_64` (3) has both bits.
  const isArange = builder.binary('and', builder.binary('and', type, builder.binary('lshr', type, i64(1))), i64(1))
  const isRange = builder.binary('xor', isArange, i64(1))
  const page = builder.binary('lshr', address, i64(PAGE_SHIFT))
  let passes: Operand = i64(1)
  let index: Operand = i64(0)
  for (let number = 0; number < RANGE_PIVOTS; number++) {
    const pivot = builder.load('i64', node, TREE_NODE.pivots + 8 * number)
    const last = builder.binary('lshr', builder.binary('sub', pivot, i64(1)), i64(PAGE_SHIFT))
    const below = builder.binary('lshr', builder.binary('sub', last, page), i64(63))
    passes = builder.binary('and', passes, number < ARANGE_PIVOTS ? below : builder.binary('and', below, isRange))
    index = builder.binary('add', index, passes)
  }
  const slots = builder.binary(
    'add',
    i64(TREE_NODE.arangeSlots),
    builder.binary('mul', isRange, i64(TREE_NODE.rangeSlots - TREE_NODE.arangeSlots)),
  )
  const offset = builder.binary('and', builder.binary('add', slots, builder.binary('shl', index, i64(3))), i64(TREE_NODE.size - 8))
  return builder.load('i64', builder.offsetPointer(node, offset))
}
