/**
 * Conformance cases as text (`testdata/conformance/*.txt`): assembly, arguments, what must come out. Each runs in the VM and in the
 * kernel, as a function that a small program around it calls with arguments that no verifier knows beforehand.
 *
 *     == add64 x wraps                  a case begins
 *     @map counts hash 4 8 2            a map: name, kind, sizes of key and value, entries
 *     @memory 01 02 03                  the bytes of the map `memory`, an array of one entry, before every run
 *     @context                          the function gets the context in r1, and its arguments from r2 on
 *     @vm-only REASON                   the kernel cannot run it
 *     r0 = r1                           the function, and others behind it
 *     r0 += r2
 *     exit
 *     1, -1 => 0                        arguments from r1 on, and r0 (64 bits)
 *     => 3 memory 02 02 03              r0, and the bytes of `memory` afterwards
 *     => fault out of bounds            the VM stops it; the kernel's verifier refuses it
 *     @tail NAME                        what follows is another program, the next entry of the map `programs`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VmFaultKind } from '../../src/base/vm-fault.ts'
import type { MapKind, MapSpec } from '../../src/spec/map-spec.ts'

/** One run of a case. */
export interface ConformanceRun {
  readonly line: number
  readonly args: readonly bigint[]
  readonly result: { readonly r0: bigint; readonly memory?: Uint8Array } | { readonly fault: VmFaultKind }
}

/** A case. */
export interface ConformanceCase {
  readonly name: string
  readonly file: string
  readonly maps: readonly MapSpec[]
  readonly memory: Uint8Array | undefined
  readonly takesContext: boolean
  readonly vmOnly: string | undefined
  readonly code: string
  /** Programs to tail-call, in the order of the entries of `programs`. */
  readonly tails: readonly { readonly name: string; readonly code: string }[]
  readonly runs: readonly ConformanceRun[]
}

const DIRECTORY = join(import.meta.dirname, '../../testdata/conformance')

/** All cases of all files. Throws for text that is none. */
export function readConformanceCases(): readonly ConformanceCase[] {
  return readdirSync(DIRECTORY)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => parseConformanceCases(name, readFileSync(join(DIRECTORY, name), 'utf8')))
}

type Draft = { -readonly [Key in keyof ConformanceCase]: ConformanceCase[Key] }

/** The cases of one file. */
function parseConformanceCases(file: string, text: string): readonly ConformanceCase[] {
  const cases: Draft[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#\s.*$|^#.*$/, '').trim()
    if (line === '') continue
    if (line.startsWith('== ')) cases.push(emptyCase(file, line.slice(3)))
    else {
      const draft = cases.at(-1)
      if (draft === undefined) throw new Error(`${file}:${index + 1}: no case has begun`)
      readLine(draft, line, index + 1)
    }
  }
  return cases
}

const emptyCase = (file: string, name: string): Draft => ({
  name,
  file,
  maps: [],
  memory: undefined,
  takesContext: false,
  vmOnly: undefined,
  code: '',
  tails: [],
  runs: [],
})

function readLine(draft: Draft, line: string, number: number): void {
  const [word = '', ...rest] = line.split(/\s+/)
  const words = rest.join(' ')
  if (word === '@map') draft.maps = [...draft.maps, mapOf(rest)]
  else if (word === '@memory') draft.memory = bytesOf(words)
  else if (word === '@context') draft.takesContext = true
  else if (word === '@vm-only') draft.vmOnly = words
  else if (word === '@tail') draft.tails = [...draft.tails, { name: words, code: '' }]
  else if (line.includes('=>')) draft.runs = [...draft.runs, runOf(line, number)]
  else if (draft.tails.length === 0) draft.code += `${line}\n`
  else {
    const last = draft.tails.at(-1) as { name: string; code: string }
    draft.tails = [...draft.tails.slice(0, -1), { ...last, code: `${last.code}${line}\n` }]
  }
}

function mapOf([name = '', kind = '', keySize, valueSize, maxEntries]: readonly string[]): MapSpec {
  return { name, kind: kind as MapKind, keySize: Number(keySize), valueSize: Number(valueSize), maxEntries: Number(maxEntries) }
}

function runOf(line: string, number: number): ConformanceRun {
  const [before = '', after = ''] = line.split('=>').map((part) => part.trim())
  const args = before === '' ? [] : before.split(',').map((argument) => bits(argument.trim()))
  const fault = /^fault (.+)$/.exec(after)?.[1]
  if (fault !== undefined) return { line: number, args, result: { fault: fault as VmFaultKind } }
  const [r0 = '', memory] = after.split(' memory ')
  return { line: number, args, result: { r0: bits(r0), ...(memory === undefined ? {} : { memory: bytesOf(memory) }) } }
}

const bits = (text: string): bigint => BigInt.asUintN(64, text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text))
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16))
