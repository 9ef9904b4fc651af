/**
 * Values that hold for ranges of addresses of a function, as Go's tables have them: steps of the value, each with the bytes
 * of code that it then holds for. Source: `runtime/symtab.go` (`pcvalue`, `step`).
 */
import { ByteReader } from '../../base/bytes.ts'

/** Which value is asked for. */
export interface PcValueQuery {
  /** Where in `bytes` the steps begin. */
  readonly at: number
  /** Of the address, from the start of the function in bytes. */
  readonly distance: number
  /** Of one unit of the table, in bytes. */
  readonly quantum: number
}

/** The value at an address; -1 where there is none. Throws `FormatError`. */
export function readPcValue(bytes: Uint8Array, { at, distance, quantum }: PcValueQuery): number {
  const reader = new ByteReader(bytes, 'pclntab', at)
  let value = -1
  let end = 0
  for (let first = true; ; first = false) {
    const step = reader.uleb128()
    if (step === 0 && !first) return -1
    value += step % 2 === 0 ? step / 2 : -(step + 1) / 2
    end += reader.uleb128() * quantum
    if (distance < end) return value
  }
}
