/**
 * One row per shape of line in the kernel's listing syntax: a pattern, and the instruction that it stands for. Tried in
 * order; the patterns exclude each other but for what a later, more general one also takes.
 */
import {
  alu32,
  alu64,
  atomic,
  byteSwap,
  callFunction,
  callHelper,
  callKfunc,
  exit,
  jump,
  jump32,
  jumpAlways,
  load,
  loadAcquire,
  loadFunction,
  loadImmediate64,
  loadSigned,
  type Memory,
  movSigned,
  type Source,
  store,
  storeRelease,
  toEndian,
} from './construct.ts'
import { HELPERS, type HelperName } from './helpers.ts'
import type { Instruction, Register } from './instruction.ts'
import { type AccessBytes, type AluOperation, CLASS, type Condition, JMP, SOURCE } from './opcodes.ts'

type Groups = Readonly<Record<string, string | undefined>>

/** A shape of line. `target` is the label whose distance is still to be filled in. */
export interface AssemblyRule {
  readonly pattern: RegExp
  readonly parse: (groups: Groups) => { instruction: Instruction; target?: string | undefined }
}

const REGISTER = String.raw`[rw](?:10|\d)`
const NUMBER = String.raw`-?(?:0x[0-9a-f]+|\d+)`
const MEMORY = String.raw`\((?<type>[us](?:8|16|32|64)) \*\)\(r(?<base>10|\d) (?<offset>[+-]\d+)\)`
const DISTANCE = String.raw`(?:pc(?<distance>[+-]\d+)|(?<label>[\w.]+))`
const SOURCE_OPERAND = `(?<source>${REGISTER}|${NUMBER})`

const rule = (pattern: string, parse: AssemblyRule['parse']): AssemblyRule => ({ pattern: new RegExp(`^${pattern}$`), parse })
const plain = (pattern: string, make: (groups: Groups) => Instruction): AssemblyRule =>
  rule(pattern, (groups) => ({ instruction: make(groups) }))

const registerOf = (text = ''): Register => Number(text.replace(/^[rw]/, '')) as Register
const numberOf = (text = ''): bigint => (text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text))
const sourceOf = (text = ''): Source => (/^[rw]/.test(text) ? { register: registerOf(text) } : { imm: numberOf(text) })
const isWide = (text = ''): boolean => text.startsWith('r')
const bytesOf = (type = ''): AccessBytes => (Number(type.slice(1)) / 8) as AccessBytes
const memoryOf = ({ type, base, offset }: Groups): Memory => ({ base: registerOf(base), offset: Number(offset), bytes: bytesOf(type) })
const distanceOf = ({ distance }: Groups): number => Number(distance ?? 0)

const ALU_BY_SIGN: Readonly<Record<string, AluOperation>> = {
  '+=': 'add',
  '-=': 'sub',
  '*=': 'mul',
  '/=': 'div',
  's/=': 'div',
  '|=': 'or',
  '&=': 'and',
  '<<=': 'lsh',
  '>>=': 'rsh',
  '%=': 'mod',
  's%=': 'mod',
  '^=': 'xor',
  '=': 'mov',
  's>>=': 'arsh',
}
const CONDITION_BY_SIGN: Readonly<Record<string, Condition>> = {
  '==': 'jeq',
  '!=': 'jne',
  '>': 'jgt',
  '>=': 'jge',
  '<': 'jlt',
  '<=': 'jle',
  '&': 'jset',
  's>': 'jsgt',
  's>=': 'jsge',
  's<': 'jslt',
  's<=': 'jsle',
}

function arithmetic({ dst, sign = '', source }: Groups): Instruction {
  const make = isWide(dst) ? alu64 : alu32
  const instruction = make(ALU_BY_SIGN[sign] ?? 'mov', registerOf(dst), sourceOf(source))
  return sign === 's/=' || sign === 's%=' ? { ...instruction, offset: 1 } : instruction
}

function comparison(groups: Groups): Instruction {
  const { dst, condition = '', source } = groups
  const make = isWide(dst) ? jump : jump32
  return make(CONDITION_BY_SIGN[condition] ?? 'jeq', { dst: registerOf(dst), source: sourceOf(source) }, distanceOf(groups))
}

function helperOf({ name = '', id }: Groups): Instruction {
  const helper = HELPERS[name as HelperName] as (typeof HELPERS)[HelperName] | undefined
  return callHelper(id === undefined ? (helper?.id ?? 0) : Number(id))
}

/** In the order in which they are tried. */
export const ASSEMBLY_RULES: readonly AssemblyRule[] = [
  plain('exit', exit),
  rule(`goto ${DISTANCE}`, (groups) => ({ instruction: jumpAlways(distanceOf(groups)), target: groups.label })),
  rule(`gotol ${DISTANCE}`, (groups) => ({
    instruction: { ...jumpAlways(0), opcode: CLASS.jmp32 | JMP.ja, imm: BigInt(distanceOf(groups)) },
    target: groups.label,
  })),
  rule(`if (?<dst>${REGISTER}) (?<condition>s?[<>]=?|[!=]=|&) ${SOURCE_OPERAND} goto ${DISTANCE}`, (groups) => ({
    instruction: comparison(groups),
    target: groups.label,
  })),
  plain(String.raw`call kfunc (?<kfunc>[A-Za-z_]\w*)`, ({ kfunc }) => callKfunc(kfunc ?? '')),
  plain(String.raw`call kfunc #(?<id>\d+)`, ({ id }) => {
    const { kfunc: _none, ...instruction } = callKfunc('')
    return { ...instruction, imm: numberOf(id) }
  }),
  plain(String.raw`call (?:unknown|bpf_(?<name>\w+))#(?<id>\d+)`, helperOf),
  plain(`call bpf_(?<name>${Object.keys(HELPERS).join('|')})`, helperOf),
  rule(`call ${DISTANCE}`, (groups) => ({ instruction: callFunction(distanceOf(groups)), target: groups.label })),
  rule(`r(?<dst>10|\\d) = func ${DISTANCE}`, (groups) => ({
    instruction: loadFunction(registerOf(groups.dst), distanceOf(groups)),
    target: groups.label,
  })),
  plain(String.raw`r(?<dst>10|\d) = 0x(?<value>[0-9a-f]+)`, ({ dst, value }) =>
    loadImmediate64(registerOf(dst), BigInt.asIntN(64, BigInt(`0x${value}`))),
  ),
  plain(String.raw`r(?<dst>10|\d) = map\[(?<map>.+)\]\[0\]\+(?<offset>\d+)`, ({ dst, map = '', offset }) =>
    loadImmediate64(registerOf(dst), { kind: 'map-value', map, offset: Number(offset) }),
  ),
  plain(String.raw`r(?<dst>10|\d) = map\[(?<map>.+)\]`, ({ dst, map = '' }) => loadImmediate64(registerOf(dst), { kind: 'map', map })),
  plain(String.raw`r(?<dst>10|\d) = constant\[(?<name>.+)\]`, ({ dst, name = '' }) =>
    loadImmediate64(registerOf(dst), { kind: 'constant', name }),
  ),
  plain(String.raw`(?<dst>${REGISTER}) = -\k<dst>`, ({ dst }) => ({
    ...(isWide(dst) ? alu64 : alu32)('neg', registerOf(dst), { imm: 0n }),
  })),
  plain(String.raw`(?<dst>r(?:10|\d)) = (?<order>bswap|be|le)(?<bits>16|32|64) \k<dst>`, ({ dst, order, bits }) => {
    const width = Number(bits) as 16 | 32 | 64
    return order === 'bswap' ? byteSwap(registerOf(dst), width) : toEndian(order === 'be' ? 'big' : 'little', registerOf(dst), width)
  }),
  plain(String.raw`(?<dst>${REGISTER}) = \(s(?<bits>8|16|32)\)(?<source>${REGISTER})`, ({ dst, bits, source }) => {
    const wide = movSigned(registerOf(dst), registerOf(source), Number(bits) as 8 | 16 | 32)
    return isWide(dst) ? wide : { ...wide, opcode: (wide.opcode & ~7) | CLASS.alu32 | SOURCE.x }
  }),
  plain(`(?<dst>${REGISTER}) (?<sign>s?>>=|<<=|s?[/%]=|[-+*|&^]?=) ${SOURCE_OPERAND}`, arithmetic),
  plain(String.raw`r(?<dst>10|\d) = \*${MEMORY}`, (groups) =>
    (groups.type?.startsWith('s') ? loadSigned : load)(registerOf(groups.dst), memoryOf(groups)),
  ),
  plain(String.raw`\*${MEMORY} = ${SOURCE_OPERAND}`, (groups) => store(memoryOf(groups), sourceOf(groups.source))),
  plain(String.raw`lock \*${MEMORY} (?<sign>[+|&^]=) (?<source>${REGISTER})`, (groups) =>
    atomic(ALU_BY_SIGN[groups.sign ?? ''] as 'add', memoryOf(groups), registerOf(groups.source)),
  ),
  plain(
    String.raw`(?:${REGISTER}) = atomic(?:64)?_(?<operation>fetch_(?:add|or|and|xor)|xchg)\(${MEMORY}, (?<source>${REGISTER})\)`,
    (groups) => atomic(groups.operation as 'xchg', memoryOf(groups), registerOf(groups.source)),
  ),
  plain(String.raw`[rw](?<dst>10|\d) = load_acquire\(${MEMORY}\)`, (groups) => loadAcquire(registerOf(groups.dst), memoryOf(groups))),
  plain(String.raw`store_release\(${MEMORY}, (?<source>${REGISTER})\)`, (groups) =>
    storeRelease(memoryOf(groups), registerOf(groups.source)),
  ),
  plain(String.raw`[rw]0 = atomic(?:64)?_cmpxchg\(${MEMORY}, [rw]0, (?<source>${REGISTER})\)`, (groups) =>
    atomic('cmpxchg', memoryOf(groups), registerOf(groups.source)),
  ),
]
