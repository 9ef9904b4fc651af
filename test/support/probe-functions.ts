/**
 * Probe functions as text, for tests: lowered to IR against hand-written bindings and interpreted, or run as plain
 * JavaScript with the same names. Needs no root.
 */
import { fileOffset, virtualOffset } from '../../src/base/address.ts'
import { type SourceText, sourceText } from '../../src/base/source-text.ts'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { PT_REGS, SYSV_ARGUMENTS } from '../../src/compiler/lowering/registers.ts'
import type { Binding } from '../../src/frontend/typescript/binding.ts'
import { lowerProbeInput } from '../../src/frontend/typescript/compile-probe.ts'
import { layoutRecord } from '../../src/spec/record-layout.ts'
import type { UprobeTarget } from '../../src/spec/type-source.ts'
import { BOOL, type StructType, UINT16, UINT32, UINT64 } from '../../src/spec/types/type.ts'

/** A C program with one site. */
const TARGET: UprobeTarget = {
  path: '/test/program',
  targetIndex: 0,
  positionIndependent: false,
  isGo: false,
  sites: [
    {
      symbol: 'work',
      offset: fileOffset(0x100),
      address: virtualOffset(0x40_0100n),
      placement: 'entry',
      execution: 'single-stepped',
      cookie: 0x40_0100n,
    },
  ],
  refused: [],
}

const EVENT: StructType = {
  kind: 'struct',
  fields: [
    { name: 'pid', type: UINT32, offset: 0 },
    { name: 'comm', type: { kind: 'string', size: 16 }, offset: 4 },
    { name: 'small', type: UINT16, offset: 20 },
    { name: 'value', type: UINT64, offset: 24 },
    { name: 'flag', type: BOOL, offset: 32 },
  ],
  size: 40,
}

const intrinsic = (name: string): Binding => ({ kind: 'intrinsic', name: name as never })
const namespace = (name: string, members: readonly string[]): Binding => ({
  kind: 'namespace',
  name,
  member: (member) =>
    members.includes(member) ? intrinsic(`${name}.${member}`) : { kind: 'unresolved', reason: `${name} has no member ${member}` },
})

/** What the names in test functions are bound to. */
const BINDINGS: Readonly<Record<string, Binding>> = {
  out: { kind: 'map', storage: 'array', name: 'out', key: UINT32, value: UINT64, maxEntries: 1 },
  small: { kind: 'map', storage: 'array', name: 'small', key: UINT32, value: UINT32, maxEntries: 1 },
  slots: { kind: 'map', storage: 'array', name: 'slots', key: UINT32, value: UINT64, maxEntries: 8 },
  starts: { kind: 'map', storage: 'hash', name: 'starts', key: UINT32, value: UINT64, maxEntries: 100 },
  names: { kind: 'map', storage: 'hash', name: 'names', key: { kind: 'string', size: 16 }, value: UINT64, maxEntries: 100 },
  events: { kind: 'events', name: 'events', struct: EVENT, layout: layoutRecord(EVENT.fields, 0) },
  u64: { kind: 'type', type: UINT64 },
  u32: { kind: 'type', type: UINT32 },
  symbol: { kind: 'address', path: TARGET.path, symbol: 'counter', address: virtualOffset(0x5000n), positionIndependent: false },
  foreign: { kind: 'address', path: '/test/other', symbol: 'counter', address: virtualOffset(0x5000n), positionIndependent: true },
  LIMIT: { kind: 'constant', value: 1000n },
  SIZE: { kind: 'constant', value: 8 },
  HALF: { kind: 'constant', value: 0.5 },
  NAME: { kind: 'constant', value: 'node' },
  undefined: { kind: 'constant', value: undefined },
  user: namespace('user', ['read', 'string']),
  nsecs: intrinsic('nsecs'),
  Number: intrinsic('Number'),
  Boolean: intrinsic('Boolean'),
  Math: namespace('Math', ['trunc', 'floor', 'min', 'max', 'abs', 'imul', 'clz32', 'sign']),
  BigInt: {
    kind: 'intrinsic',
    name: 'BigInt',
    member: (name) => intrinsic(`BigInt.${name}`),
  },
}

/** Lowers a probe function. */
export function lowerText(text: string, change: { readonly return?: boolean; readonly target?: Partial<UprobeTarget> } = {}) {
  const source: SourceText = sourceText('probe.ts', text)
  return lowerProbeInput({
    name: 'probe',
    text,
    source,
    locate: (span) => span,
    kind: change.return === true ? 'uretprobe' : 'uprobe',
    target: { ...TARGET, ...change.target },
    return: change.return ?? false,
    resolve: (name) => BINDINGS[name] ?? { kind: 'unresolved', reason: `${name} is not known` },
  })
}

/** The IR of a probe function that must be right. */
export function irOf(text: string, change: Parameters<typeof lowerText>[1] = {}): IrFunction {
  const { fn, diagnostics } = lowerText(text, change)
  if (fn === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'))
  return fn
}

/** A context whose argument registers hold these values. */
export function contextOf(args: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(168)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of args.entries()) view.setBigUint64(PT_REGS[SYSV_ARGUMENTS[index] ?? 'di'], value, true)
  return bytes
}
