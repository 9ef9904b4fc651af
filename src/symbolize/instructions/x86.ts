/**
 * x86-64 instructions, by iced-x86 (docs/decisions/0016-iced-x86.md). It is a WebAssembly module of 0.8 MB that takes 30 ms
 * to load, so that nothing here is called where the first bytes of a function tell enough.
 */
import { createRequire } from 'node:module'
import type { Instruction, InstructionDecoder, InstructionKind } from './instruction.ts'

type Iced = typeof import('iced-x86')

let loaded: Iced | undefined

/** The decoder of x86-64; loads the library when it is first used. */
export const X86_DECODER: InstructionDecoder = { decode, show }

function iced(): Iced {
  loaded ??= createRequire(import.meta.filename)('iced-x86') as Iced
  return loaded
}

/** `FlowControl` of iced-x86, a const enum that type stripping cannot see. */
const FLOW = { none: 0, jump: 1, computedJump: 2, branch: 3, return: 4, call: 5, computedCall: 6, interrupt: 7, exception: 9 } as const
const BITS = 64

const KINDS: Readonly<Record<number, InstructionKind>> = {
  [FLOW.jump]: 'jump',
  [FLOW.branch]: 'branch',
  [FLOW.return]: 'return',
  [FLOW.call]: 'call',
  [FLOW.computedCall]: 'call',
  [FLOW.interrupt]: 'trap',
  [FLOW.exception]: 'trap',
}

function decode(code: Uint8Array): readonly Instruction[] {
  const library = iced()
  const decoder = new library.Decoder(BITS, code, library.DecoderOptions.None)
  const decoded = new library.Instruction()
  const found: Instruction[] = []
  try {
    for (let at = 0; decoder.canDecode; ) {
      decoder.decodeOut(decoded)
      const instruction = read(library, decoded, at)
      found.push(instruction)
      at += instruction.length
      if (instruction.kind !== 'invalid') continue
      // What could not be decoded may have taken bytes of the next one.
      decoder.position = at
      decoder.ip = BigInt(at)
    }
  } finally {
    decoded.free()
    decoder.free()
  }
  return found
}

function read(library: Iced, decoded: InstanceType<Iced['Instruction']>, at: number): Instruction {
  if (decoded.isInvalid) return { at, length: 1, kind: 'invalid' }
  const [flow, length] = [decoded.flowControl as number, decoded.length]
  if (flow === FLOW.none) return { at, length, kind: sequentialKind(library, decoded.mnemonic) }
  if (flow === FLOW.computedJump) return { at, length, kind: decoded.op0Kind === library.OpKind.Register ? 'register-jump' : 'table-jump' }
  const kind = KINDS[flow] ?? 'other'
  const direct = flow === FLOW.jump || flow === FLOW.branch || (flow === FLOW.call && decoded.isCallNear)
  return direct ? { at, length, kind, target: Number(BigInt.asIntN(BITS, decoded.nearBranchTarget)) } : { at, length, kind }
}

function sequentialKind({ Mnemonic }: Iced, mnemonic: number): InstructionKind {
  if (mnemonic === Mnemonic.Hlt) return 'trap'
  return mnemonic === Mnemonic.Nop ? 'nop' : 'other'
}

function show(code: Uint8Array, address: bigint): string {
  const { Decoder, DecoderOptions, Formatter, FormatterSyntax } = iced()
  const decoder = new Decoder(BITS, code, DecoderOptions.None)
  decoder.ip = address
  const decoded = decoder.decode()
  const formatter = new Formatter(FormatterSyntax.Gas)
  try {
    return decoded.isInvalid ? '(bad)' : formatter.format(decoded)
  } finally {
    formatter.free()
    decoded.free()
    decoder.free()
  }
}
