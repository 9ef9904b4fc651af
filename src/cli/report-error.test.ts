import { describe, expect, test } from 'vitest'
import { InternalError, PermissionError, SyscallError, UsageError, VerifierError } from '../base/errors.ts'
import { describeError } from './report-error.ts'

const quiet = { verbose: false }
const verbose = { verbose: true }

test.for<[name: string, error: Error, text: string]>([
  ['a usage error', new UsageError('no such file: /x'), 'ERROR: no such file: /x\n'],
  ['its remedy', new UsageError('no such file: /x', { remedy: 'look again' }), 'ERROR: no such file: /x\nHINT: look again\n'],
  [
    'a missing capability',
    new PermissionError('tracing', ['CAP_BPF', 'CAP_PERFMON']),
    'ERROR: tracing needs CAP_BPF and CAP_PERFMON\nHINT: run as root (sudo), or give the process the named capabilities\n',
  ],
  [
    'a refused call',
    new SyscallError('bpf(BPF_MAP_CREATE)', 'ENOMEM', 'creating map counts', { remedy: 'use smaller maps' }),
    'ERROR: creating map counts: bpf(BPF_MAP_CREATE) failed with ENOMEM\nHINT: use smaller maps\n',
  ],
])('%s is a sentence, the same with -v', ([, error, text]) => {
  expect(describeError(error, quiet)).toBe(text)
  expect(describeError(error, verbose)).toBe(text)
})

describe('a program that the verifier refused', () => {
  const source = 'x.bt:3:5-9: ERROR: R1 invalid mem access\n    oops\n    ~~~~'
  const log = '0: (bf) r6 = r1\n; caf\xc3\xa9\n1: (79) r0 = *(u64 *)(r1 +0)\nR1 invalid mem access\n\n'
  const refusal = { reason: 'not-an-address', what: 'reads a number', why: 'it is one', complaint: 'R1 invalid mem access', log }
  const error = new VerifierError('uprobe_1', { ...refusal, remedy: 'read something else', instruction: 1, source })
  const first = `ERROR: the kernel's verifier refused program uprobe_1: it reads a number ("R1 invalid mem access" at instruction 1)\n`
  const head = `${first}${source}\nWHY: it is one\n`

  test('shows the line of the source, and tells how to get the log', () => {
    const text = describeError(error, quiet)
    expect(text).toBe(`${head}HINT: ${error.remedy}\n`)
    expect(error.remedy).toMatch(/^read something else; .*please report it.*-v/)
  })
  test('shows the whole log with -v, whose bytes are UTF-8', () => {
    expect(describeError(error, verbose)).toBe(
      `${head}The log of the verifier:\n0: (bf) r6 = r1\n; café\n1: (79) r0 = *(u64 *)(r1 +0)\nR1 invalid mem access\nHINT: ${error.remedy}\n`,
    )
  })
  test('does without a place when the instruction is not from the source', () => {
    const placeless = new VerifierError('begin', refusal)
    expect(describeError(placeless, quiet)).toBe(
      `ERROR: the kernel's verifier refused program begin: it reads a number ("R1 invalid mem access")\nWHY: it is one\nHINT: ${placeless.remedy}\n`,
    )
    expect(placeless.remedy).toMatch(/^a program that borescope compiled .*please report it/)
  })
})

describe('a bug', () => {
  test.for<[name: string, error: unknown, message: string]>([
    ['an InternalError', new InternalError('no such map'), 'no such map'],
    ['any other Error', new TypeError('x is undefined'), 'x is undefined'],
    ['a thrown string', 'boo', 'boo'],
  ])('%s asks for a report, and shows its stack with -v only', ([, error, message]) => {
    const head = `ERROR: internal error: ${message}\nHINT: this is a bug in borescope; please report it with the program that caused it\n`
    expect(describeError(error, quiet)).toBe(head)
    expect(describeError(error, verbose)).toMatch(error instanceof Error ? /\n {4}at .*report-error\.test\.ts/ : /\nboo\n$/)
  })
})
