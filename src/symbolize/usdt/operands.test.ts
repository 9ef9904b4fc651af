/**
 * Operands of static probes: every form that gcc and clang write, and what is none.
 */
import { describe, expect, test } from 'vitest'
import { parseUsdtArguments } from './operands.ts'

const symbols = new Map([['global', 0x4020n]])
const parse = (text: string) => parseUsdtArguments(text, (name) => symbols.get(name))

describe('one argument', () => {
  test.each([
    ['-4@%eax', { size: 4, signed: true, operand: { kind: 'register', register: 'ax', shift: 0 } }],
    ['8@%r10', { size: 8, signed: false, operand: { kind: 'register', register: 'r10', shift: 0 } }],
    ['2@%r9w', { size: 2, signed: false, operand: { kind: 'register', register: 'r9', shift: 0 } }],
    ['1@%bh', { size: 1, signed: false, operand: { kind: 'register', register: 'bx', shift: 8 } }],
    ['-1@%sil', { size: 1, signed: true, operand: { kind: 'register', register: 'si', shift: 0 } }],
    ['-4@$-7', { size: 4, signed: true, operand: { kind: 'constant', value: -7n } }],
    ['8@$0x10', { size: 8, signed: false, operand: { kind: 'constant', value: 16n } }],
    ['8@(%rsp)', { operand: { kind: 'memory', base: 'sp', scale: 1, offset: 0n, ofObject: false } }],
    ['8@-16(%rbp)', { operand: { kind: 'memory', base: 'bp', scale: 1, offset: -16n, ofObject: false } }],
    ['4@8(%rax,%rdx,4)', { operand: { kind: 'memory', base: 'ax', index: 'dx', scale: 4, offset: 8n, ofObject: false } }],
    ['4@(,%rdx,8)', { operand: { kind: 'memory', index: 'dx', scale: 8, offset: 0n, ofObject: false } }],
    ['4@global(%rip)', { operand: { kind: 'memory', scale: 1, offset: 0x4020n, ofObject: true } }],
    ['4@global+8(%rip)', { operand: { kind: 'memory', scale: 1, offset: 0x4028n, ofObject: true } }],
    ['4@8+global(%rip)', { operand: { kind: 'memory', scale: 1, offset: 0x4028n, ofObject: true } }],
    ['4@global-8(%rip)', { operand: { kind: 'memory', scale: 1, offset: 0x4018n, ofObject: true } }],
  ])('%s', (text, argument) => {
    expect(parse(text)).toMatchObject([argument])
  })
})

test.each(['8f@%xmm0', '4@nosuch(%rip)', '4@%st', '16@%xmm1', '4@(%rax,%zmm,2)', 'nonsense'])('%s cannot be read', (text) => {
  expect(parse(text)).toMatchObject([{ operand: { kind: 'unreadable' } }])
})

test('several, and none', () => {
  expect(parse('-4@%edi 8@%rsi 8@$1')).toHaveLength(3)
  expect(parse('')).toEqual([])
})
