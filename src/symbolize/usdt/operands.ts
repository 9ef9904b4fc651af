/**
 * Reads where the arguments of a static probe are: operands in the words of the assembler, as the compiler chose them.
 */
import type { UsdtArgument, UsdtOperand } from '../../spec/type-source.ts'

/** The value (address) of a symbol of the file; undefined when there is none. */
export type SymbolLookup = (name: string) => bigint | undefined

/** `-4@%eax 8@$7 8@16(%rsp)`. What cannot be read is `unreadable`, and takes its number all the same. */
export function parseUsdtArguments(text: string, findSymbol: SymbolLookup): readonly UsdtArgument[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => parseArgument(part, findSymbol))
}

function parseArgument(text: string, findSymbol: SymbolLookup): UsdtArgument {
  const [, sign, size, float, operand = ''] = /^(-?)(\d+)(f?)@(.*)$/.exec(text) ?? []
  const bytes = Number(size)
  if (float !== '' || (bytes !== 1 && bytes !== 2 && bytes !== 4 && bytes !== 8))
    return { size: 8, signed: false, operand: { kind: 'unreadable', reason: `'${text}' is no integer` } }
  return { size: bytes, signed: sign === '-', operand: parseOperand(operand, findSymbol) }
}

const MEMORY = /^([^()]*)\((%\w+)?(?:,(%\w+)(?:,([1248]))?)?\)$/

function parseOperand(text: string, findSymbol: SymbolLookup): UsdtOperand {
  const unreadable: UsdtOperand = { kind: 'unreadable', reason: `'${text}' is no operand that is known` }
  if (/^\$-?(?:0x[0-9a-f]+|\d+)$/i.test(text)) return { kind: 'constant', value: number(text.slice(1)) }
  if (text.startsWith('%')) return registerOf(text) ?? unreadable
  const [, displacement = '', base, index, scale = '1'] = MEMORY.exec(text) ?? [undefined, text]
  const offset = offsetOf(displacement, findSymbol)
  const registers = [base, index].map((one) => (one === undefined || one === '%rip' ? undefined : registerOf(one)?.register))
  const isUnknown = (written: string | undefined, read: string | undefined) =>
    written !== undefined && written !== '%rip' && read === undefined
  if (offset === undefined || isUnknown(base, registers[0]) || isUnknown(index, registers[1])) return unreadable
  return {
    kind: 'memory',
    ...(registers[0] === undefined ? {} : { base: registers[0] }),
    ...(registers[1] === undefined ? {} : { index: registers[1] }),
    scale: Number(scale),
    offset: offset.value,
    ofObject: offset.ofObject,
  }
}

/** `-16`, `global`, `global+8`, or nothing. */
function offsetOf(text: string, findSymbol: SymbolLookup): { readonly value: bigint; readonly ofObject: boolean } | undefined {
  if (/^(?:-?(?:0x[0-9a-f]+|\d+))?$/i.test(text)) return { value: number(text || '0'), ofObject: false }
  const [, left = '', middle, right] = /^([\w.$]+|-?\d+)(?:([+-])([\w.$]+))?$/.exec(text) ?? []
  const name = /^-?\d/.test(left) ? right : left
  const plus = name === left ? right : left
  const symbol = name === undefined ? undefined : findSymbol(name)
  if (symbol === undefined || (plus !== undefined && !/^-?\d+$/.test(plus))) return undefined
  const distance = number(plus ?? '0')
  return { value: symbol + (middle === '-' ? -distance : distance), ofObject: true }
}

function number(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
}

const LETTERS = ['ax', 'bx', 'cx', 'dx'] as const
const OTHERS = ['si', 'di', 'bp', 'sp'] as const

/** The register of `struct pt_regs` that a name is a part of. */
function registerOf(text: string): Extract<UsdtOperand, { readonly kind: 'register' }> | undefined {
  const name = text.slice(1)
  const numbered = /^(r(?:8|9|1[0-5]))[dwb]?$/.exec(name)?.[1]
  if (numbered !== undefined) return { kind: 'register', register: numbered, shift: 0 }
  const high = LETTERS.find((letter) => name === `${letter[0]}h`)
  if (high !== undefined) return { kind: 'register', register: high, shift: 8 }
  const register =
    LETTERS.find((letter) => [letter, `e${letter}`, `r${letter}`, `${letter[0]}l`].includes(name)) ??
    OTHERS.find((letter) => [letter, `e${letter}`, `r${letter}`, `${letter}l`].includes(name))
  return register === undefined ? undefined : { kind: 'register', register, shift: 0 }
}
