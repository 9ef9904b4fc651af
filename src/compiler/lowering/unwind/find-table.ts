/**
 * Finds the table for the code at an address: by the file that is mapped there, as the kernel knows it. The mapping is kept until an address
 * lies outside of it, since most calls stay in one file.
 */
import { FILE_KEY, FILE_STATE, FILE_VALUE, UNWIND_MAPS, VDSO_KEY } from '../../../spec/unwind-layout.ts'
import { FunctionBuilder } from '../../ir/builder.ts'
import type { IrFunction, Operand } from '../../ir/ir.ts'
import { type FoundMapping, withMapping } from './find-mapping.ts'
import { readWord } from './kernel-word.ts'
import { NOT_INLINED, type WalkMemory, walkMemory } from './walk-memory.ts'

/** VM_EXEC. */
const EXECUTABLE = 4
const NOEXIST = 1
const LOW_HALF = 0xffff_ffff

/** Adds a look at what is mapped at the variable `address`, unless it is what was looked at last. */
export function findTable(builder: FunctionBuilder, memory: WalkMemory): void {
  const into = builder.binary('sub', memory.variable('address').get(), memory.variable('start').get())
  builder.when(builder.compare('uge', into, memory.variable('size').get()), () => {
    builder.callFunction(builder.sharedFunction(lookFunction), [memory.pointer])
  })
}

/** Sets `start`, `size`, `shift` and `table` to those of the mapping that holds `address`. */
function lookFunction(): IrFunction {
  const builder = new FunctionBuilder('find_table', ['ptr.stack'], NOT_INLINED)
  const memory = walkMemory(builder, builder.parameter(0))
  const set = (name: 'start' | 'size' | 'shift' | 'table', value: Operand) => memory.variable(name).set(value)
  set('table', builder.i64(0))
  // What is not mapped is looked for again.
  set('size', builder.i64(0))
  withMapping(builder, memory, (mapping) => {
    set('start', mapping.start)
    set('size', builder.binary('sub', mapping.end, mapping.start))
    set('shift', builder.binary('sub', mapping.offset, mapping.start))
    const isFile = builder.compare('ne', mapping.file, builder.i64(0))
    builder.when(
      isFile,
      () => lookAtFile(builder, memory, mapping),
      () => lookAtVdso(builder, memory, mapping),
    )
  })
  builder.return(builder.i64(0))
  return builder.function
}

function lookAtFile(builder: FunctionBuilder, memory: WalkMemory, mapping: FoundMapping): void {
  const { key } = memory
  const half = (value: Operand) => builder.convert(value, 'i32', { signed: false })
  const inode = readWord(builder, mapping.file, 'file.f_inode')
  builder.store(key, readWord(builder, inode, 'inode.i_ino'), FILE_KEY.inode)
  const size = builder.binary('and', readWord(builder, inode, 'inode.i_size'), builder.i64(LOW_HALF))
  builder.store(key, half(readWord(builder, readWord(builder, inode, 'inode.i_sb'), 'super_block.s_dev')), FILE_KEY.device)
  builder.store(key, half(size), FILE_KEY.fileSize)
  withFile(builder, memory, () => {
    const flags = readWord(builder, mapping.area, 'vm_area_struct.vm_flags')
    const executable = builder.compare('ne', builder.binary('and', flags, builder.i64(EXECUTABLE)), builder.i64(0))
    builder.when(executable, () => ask(builder, memory))
  })
}

/** Sets the table of the file of `key`; `unknown` adds what is to be done about one that was never seen. */
function withFile(builder: FunctionBuilder, memory: WalkMemory, unknown: () => void): void {
  const known = builder.call('map_lookup_elem', [builder.map(UNWIND_MAPS.files), memory.key], 'ptr.map_value')
  builder.when(
    builder.isNotNull(known),
    () => memory.variable('table').set(builder.convert(builder.load('i32', known, FILE_VALUE.table), 'i64', { signed: false })),
    unknown,
  )
}

/** Notes that a file was asked for, so that nobody asks again; one file a walk. */
function ask(builder: FunctionBuilder, memory: WalkMemory): void {
  const unknown = memory.variable('unknown')
  builder.when(builder.compare('eq', unknown.get(), builder.i64(0)), () => {
    const asked = builder.stackSlot('asked', FILE_VALUE.size)
    builder.store(asked, builder.constant('i32', 0), FILE_VALUE.table)
    builder.store(asked, builder.constant('i32', FILE_STATE.asked), FILE_VALUE.state)
    const answer = builder.call('map_update_elem', [builder.map(UNWIND_MAPS.files), memory.key, asked, builder.i64(NOEXIST)])
    builder.when(builder.compare('eq', answer, builder.i64(0)), () => {
      unknown.set(memory.variable('address').get())
      builder.copy(memory.unknownKey, memory.key, FILE_KEY.size)
    })
  })
}

/** The kernel's own code is the only memory without a file that has a table. */
function lookAtVdso(builder: FunctionBuilder, memory: WalkMemory, mapping: FoundMapping): void {
  const vdso = readWord(builder, memory.variable('mm').get(), 'mm_struct.context.vdso')
  builder.when(builder.compare('eq', mapping.start, vdso), () => {
    const { key } = memory
    builder.store(key, builder.i64(VDSO_KEY.inode), FILE_KEY.inode)
    builder.store(key, builder.constant('i32', VDSO_KEY.device), FILE_KEY.device)
    builder.store(key, builder.constant('i32', VDSO_KEY.fileSize), FILE_KEY.fileSize)
    memory.variable('shift').set(builder.binary('sub', builder.i64(0), mapping.start))
    withFile(builder, memory, () => {})
  })
}
