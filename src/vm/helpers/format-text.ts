/**
 * The kernel's formats for BPF programs (`bpf_bprintf_prepare` in kernel/bpf/helpers.c): integers, characters and strings, with width
 * and zeros, no floats.
 */
import { findSegment } from '../environment.ts'
import type { Execution } from '../execution.ts'

const CONVERSION = /%(?:%|(?<flags>[-+ #0]*)(?<width>\d*)(?<length>l{0,2})(?<kind>[diuxXcs]|p[ksB]?))|%/g

/** The text as a byte string, up to a NUL of the format; undefined for a format that the kernel refuses. */
export function formatText(execution: Execution, format: Uint8Array, args: readonly bigint[]): string | undefined {
  const end = format.indexOf(0)
  const text = String.fromCharCode(...(end === -1 ? format : format.subarray(0, end)))
  let next = 0
  let wrong = false
  const line = text.replace(CONVERSION, (whole, ...rest) => {
    if (whole === '%%') return '%'
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>
    const value = args[next++]
    if (whole === '%' || value === undefined) {
      wrong = true
      return ''
    }
    return pad(convert(execution, groups, value), groups)
  })
  return wrong ? undefined : line
}

function convert(execution: Execution, { kind = '', length = '' }: Readonly<Record<string, string | undefined>>, value: bigint): string {
  const bits = length === '' ? 32 : 64
  switch (kind.charAt(0)) {
    case 'd':
    case 'i':
      return String(BigInt.asIntN(bits, value))
    case 'u':
      return String(BigInt.asUintN(bits, value))
    case 'x':
      return BigInt.asUintN(bits, value).toString(16)
    case 'X':
      return BigInt.asUintN(bits, value).toString(16).toUpperCase()
    case 'c':
      return String.fromCharCode(Number(value & 0xffn))
    case 's':
      return textAt(execution, value)
    default:
      return value.toString(16).padStart(16, '0')
  }
}

function pad(text: string, { flags = '', width = '' }: Readonly<Record<string, string | undefined>>): string {
  if (flags.includes('-')) return text.padEnd(Number(width))
  return text.padStart(Number(width), flags.includes('0') ? '0' : ' ')
}

/** The string at an address of the program or of the kernel; empty when it cannot be read. */
function textAt({ regions, memory, environment }: Execution, address: bigint): string {
  const halves = { low: Number(BigInt.asUintN(32, address)), high: Number(address >> 32n) }
  const room = regions.roomAt(halves)
  const at = room === 0 ? undefined : regions.resolve(halves, room, 'read')
  const bytes = at === undefined ? findSegment(environment.kernelMemory(), address) : memory.bytes.subarray(at, at + room)
  const end = bytes?.indexOf(0) ?? -1
  return String.fromCharCode(...(bytes?.subarray(0, end === -1 ? bytes.length : end) ?? []))
}
