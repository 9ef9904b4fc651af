/**
 * The few expressions of DWARF that call frame information is written with in practice: register plus offset, what lies there, and
 * what linkers write for the procedure linkage table. Opcodes: DWARF 5, section 7.7.1.
 */
import type { FrameReader } from './frame-reader.ts'
import { RULE_FORM } from './unwind-rule.ts'

/**
 * `form` and `offset` as in a rule, for register plus offset and its likes. `linkage`: 8 more once `into16` bytes of the entry of 16
 * bytes are done.
 */
export type FrameExpression =
  | { readonly kind: 'register'; readonly form: number; readonly offset: number }
  | { readonly kind: 'linkage'; readonly into16: number }

const OP = { dereference: 0x06, plusConstant: 0x23, literal0: 0x30, register0: 0x70, register15: 0x7f } as const

/** Reads `length` bytes of expression from where the reader is, and leaves it behind them. Undefined when it is none of those. */
export function readFrameExpression(reader: FrameReader, length: number): FrameExpression | undefined {
  const end = reader.at + length
  if (length < 0 || end > reader.bytes.length) reader.fail('an expression that does not end')
  try {
    return recognise(reader, end)
  } finally {
    reader.at = end
  }
}

function recognise(reader: FrameReader, end: number): FrameExpression | undefined {
  if (reader.at === end) return undefined
  const linkage = recogniseLinkage(reader.bytes, reader.at, end)
  if (linkage !== undefined) return linkage
  const opcode = reader.u8()
  if (opcode < OP.register0 || opcode > OP.register15) return undefined
  let form = opcode - OP.register0
  const offset = reader.signed()
  if (reader.at < end && reader.bytes[reader.at] === OP.dereference) {
    reader.at++
    form |= RULE_FORM.dereference
    if (reader.at < end && reader.bytes[reader.at] === OP.plusConstant) {
      reader.at++
      if (reader.unsigned() !== 8) return undefined
      form |= RULE_FORM.plusWord
    }
  }
  return reader.at === end ? { kind: 'register', form, offset } : undefined
}

/** `rsp + 8 + ((rip & 15) >= N) << 3`, as GNU ld and lld write it; N is a literal. */
const LINKAGE = [0x77, 8, 0x80, 0, 0x3f, 0x1a, undefined, 0x2a, 0x33, 0x24, 0x22] as const

function recogniseLinkage(bytes: Uint8Array, start: number, end: number): FrameExpression | undefined {
  if (end - start !== LINKAGE.length) return undefined
  if (!LINKAGE.every((byte, index) => byte === undefined || bytes[start + index] === byte)) return undefined
  const literal = (bytes[start + LINKAGE.indexOf(undefined)] ?? 0) - OP.literal0
  return literal >= 0 && literal < 16 ? { kind: 'linkage', into16: literal } : undefined
}
