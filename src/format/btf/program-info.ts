/**
 * What BPF_PROG_LOAD takes beside BTF: where each function of a program begins, and which line of source each instruction
 * comes from. Layouts: `struct bpf_func_info` and `struct bpf_line_info` of include/uapi/linux/bpf.h.
 */
import { ByteWriter } from '../../base/bytes.ts'
import type { TypeId } from './btf-type.ts'

/** Bytes of a record. */
export const FUNCTION_INFO_SIZE = 8
/** Bytes of a record. */
export const LINE_INFO_SIZE = 16

/** A function. `slot`: where it begins, in slots of 8 bytes; `type`: a `function` of the BTF. */
export interface FunctionInfo {
  readonly slot: number
  readonly type: TypeId
}

/** The source of the instructions from `slot` on. `file` and `text` are offsets of strings in the BTF. */
export interface LineInfo {
  readonly slot: number
  readonly file: number
  readonly text: number
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
}

const LARGEST_COLUMN = 0x3ff
const LARGEST_LINE = 0x3f_ffff

/** Encodes functions, in order of their slots. @kernel 5.0 */
export function encodeFunctionInfo(functions: readonly FunctionInfo[]): Uint8Array {
  const to = new ByteWriter()
  for (const { slot, type } of functions) to.u32(slot).u32(type)
  return to.finish()
}

/** Encodes lines, in order of their slots; a column that does not fit its 10 bits is the largest that does. @kernel 5.0 */
export function encodeLineInfo(lines: readonly LineInfo[]): Uint8Array {
  const to = new ByteWriter()
  for (const { slot, file, text, line, column } of lines) {
    const place = ((Math.min(line, LARGEST_LINE) << 10) | Math.min(column, LARGEST_COLUMN)) >>> 0
    to.u32(slot).u32(file).u32(text).u32(place)
  }
  return to.finish()
}
