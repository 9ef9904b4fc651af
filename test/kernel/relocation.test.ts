/**
 * Fields of the kernel's structs, read wherever this kernel has them, against what /proc and helpers say of the same process.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { NotSupportedError } from '../../src/base/errors.ts'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { Operand } from '../../src/compiler/ir/ir.ts'
import { kernelFieldAddress, readKernelField } from '../../src/compiler/lowering/kernel-field.ts'
import type { TypeQuestion } from '../../src/format/asm/type-relocation.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { needs } from '../support/needs.ts'
import { cell, withCompiled, wordsOf } from '../support/run-compiled.ts'

watchFdLeaks()
beforeEach((context) => needs(context, 'root', { feature: 'test_run' }))

/** Runs a program that computes some i64s in this task, and answers them. */
function compute(body: (builder: FunctionBuilder) => readonly Operand[]): bigint[] {
  const builder = new FunctionBuilder('fields')
  const values = body(builder)
  for (const [index, value] of values.entries()) builder.store(builder.mapValue('out'), value, index * 8)
  builder.return(builder.i64(0))
  return withCompiled(builder.function, { maps: [cell('out', values.length * 8)] }, (object, run) => {
    run()
    return wordsOf(object, 'out')
  })
}

const field = (builder: FunctionBuilder, base: Operand, path: string) => readKernelField(builder, { base, path, signed: false })
const task = (builder: FunctionBuilder) => builder.call('get_current_task', [])

test('process and thread id', () => {
  const [ids, tgid, pid] = compute((builder) => [
    builder.call('get_current_pid_tgid', []),
    readKernelField(builder, { base: task(builder), path: 'task_struct.tgid', signed: true }),
    readKernelField(builder, { base: task(builder), path: 'task_struct.pid', signed: true }),
  ])
  expect(((tgid ?? 0n) << 32n) | (pid ?? 0n)).toBe(ids)
  expect(tgid).toBeGreaterThan(0n)
})

test('the name of the task', () => {
  const words = compute((builder) => {
    const slot = builder.stackSlot('comm', 16)
    builder.call('probe_read_kernel', [
      slot,
      builder.relocation('field_size', 'task_struct.comm'),
      kernelFieldAddress(builder, task(builder), 'task_struct.comm'),
    ])
    return [builder.load('i64', slot), builder.load('i64', slot, 8)]
  })
  const text = Buffer.from(BigUint64Array.from(words).buffer).toString('latin1')
  expect(text.slice(0, text.indexOf('\0'))).toBe(readFileSync('/proc/self/comm', 'utf8').trimEnd())
})

test('a bitfield, before and after it changes', (context) => {
  needs(context, { command: 'chrt' })
  const bit = () => compute((builder) => [field(builder, task(builder), 'task_struct.sched_reset_on_fork')])[0]
  const set = (flags: readonly string[]) => execFileSync('chrt', [...flags, '--other', '--pid', '0', String(process.pid)])
  expect(bit()).toBe(0n)
  set(['--reset-on-fork'])
  try {
    expect(bit()).toBe(1n)
  } finally {
    set([])
  }
  expect(bit()).toBe(0n)
})

test('fields of an anonymous struct, behind a pointer', () => {
  const words = compute((builder) => {
    const mm = field(builder, task(builder), 'task_struct.mm')
    return [field(builder, mm, 'mm_struct.arg_start'), field(builder, mm, 'task_struct.mm->start_code')]
  })
  const stat = readFileSync('/proc/self/stat', 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // proc_pid_stat(5) counts from 1, and what follows the name is field 3.
  expect(words).toEqual([fields[48 - 3], fields[26 - 3]].map((value) => BigInt(value ?? 0)))
})

test('fields of a struct in an anonymous union, at the end of a long way', () => {
  const words = compute((builder) => {
    const file = field(builder, field(builder, task(builder), 'task_struct.mm'), 'mm_struct.exe_file')
    const dentry = field(builder, file, 'file.f_path.dentry')
    const slot = builder.stackSlot('name', 8)
    builder.zero(slot, 8)
    builder.call('probe_read_kernel_str', [slot, builder.i64(8), field(builder, dentry, 'dentry.d_name.name')])
    return [field(builder, dentry, 'dentry.d_name.len'), builder.load('i64', slot)]
  })
  const name = basename(realpathSync('/proc/self/exe'))
  expect(words[0]).toBe(BigInt(name.length))
  expect(Buffer.from(BigUint64Array.of(words[1] ?? 0n).buffer).toString('latin1')).toBe(name.slice(0, 7).padEnd(8, '\0'))
})

test.for<[question: TypeQuestion, path: string, answer: bigint]>([
  ['field_exists', 'task_struct.pid', 1n],
  ['field_exists', 'task_struct.no_such_field', 0n],
  ['type_exists', 'task_struct', 1n],
  ['type_exists', 'no_such_struct', 0n],
  // What user space knows too, and so never changes.
  ['type_size', 'sockaddr_in6', 28n],
  ['field_offset', 'bpf_insn.imm', 4n],
  ['enum_value', 'bpf_map_type.BPF_MAP_TYPE_RINGBUF', 27n],
  ['enum_value_exists', 'bpf_map_type.BPF_MAP_TYPE_NONE', 0n],
])('%s of %s is %i', ([question, path, answer]) => {
  expect(compute((builder) => [builder.relocation(question, path)])).toEqual([answer])
})

test('a field that this kernel has not is named, with its neighbours', () => {
  const read = () => compute((builder) => [field(builder, task(builder), 'task_struct.tgidd')])
  expect(read).toThrow(NotSupportedError)
  expect(read).toThrow(/^task_struct\.tgidd is not supported here: in this kernel struct task_struct has no tgidd; did you mean tgid/)
})

test('the offset of a field is part of the addition', () => {
  const values = compute((builder) => {
    const base = builder.call('get_prandom_u32', [])
    return [builder.binary('sub', kernelFieldAddress(builder, base, 'bpf_insn.imm'), base)]
  })
  expect(values).toEqual([4n])
})
