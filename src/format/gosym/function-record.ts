/**
 * The record that Go's table has of each function: where the values by address are that belong to it. Source:
 * `runtime/runtime2.go` (`_func`) of Go 1.16 to 1.27.
 */
import { ByteReader } from '../../base/bytes.ts'
import type { GoFunctions } from './pclntab.ts'

/** What of a record lines and inlined calls are read by. Offsets of values count from `LineParts.values`; 0 stands for none. */
export interface FunctionRecord {
  readonly entry: number
  readonly fileValues: number
  readonly lineValues: number
  /** The first file of its compilation unit, a number into the table of units. */
  readonly unit: number
  /** Of `PCDATA_InlTreeIndex`. */
  readonly inlineValues: number
  /** Of `FUNCDATA_InlTree`, from `moduledata.gofunc`; undefined when nothing was inlined. */
  readonly inlineTree: number | undefined
}

const PCDATA_INLINE_INDEX = 2
const FUNCDATA_INLINE_TREE = 3
const NO_FUNCDATA = 0xffffffff

/** Reads the record of function `index`. Throws `FormatError`. */
export function readFunctionRecord(functions: GoFunctions, index: number): FunctionRecord {
  const { version, entrySize } = functions.layout
  const reader = new ByteReader(functions.bytes, 'pclntab', functions.recordAt(index))
  // Entry, name, size of arguments, deferreturn, stack depths.
  reader.skip(entrySize + 16)
  const fileValues = reader.u32()
  const lineValues = reader.u32()
  const valueCount = reader.u32()
  const unit = reader.u32()
  if (version === '1.20') reader.skip(4)
  reader.skip(3)
  const dataCount = reader.u8()
  const values = reader.offset
  const word = (at: number) => new ByteReader(functions.bytes, 'pclntab', values + 4 * at).u32()
  const inlineValues = valueCount > PCDATA_INLINE_INDEX ? word(PCDATA_INLINE_INDEX) : 0
  // Before 1.18 these are pointers, and what was inlined is not read.
  const hasTree = version !== '1.16' && dataCount > FUNCDATA_INLINE_TREE
  const tree = hasTree ? word(valueCount + FUNCDATA_INLINE_TREE) : NO_FUNCDATA
  return {
    entry: functions.entryAt(index),
    fileValues,
    lineValues,
    unit,
    inlineValues,
    inlineTree: tree === NO_FUNCDATA ? undefined : tree,
  }
}
