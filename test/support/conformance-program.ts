/**
 * A conformance case as maps and programs: its function, and the main function that fetches arguments from the map `arguments` and
 * leaves r0 in the map `result`.
 */

import { sourceText } from '../../src/base/source-text.ts'
import { assemble } from '../../src/format/asm/assemble.ts'
import type { LoadedMap } from '../../src/spec/executor.ts'
import type { MapSpec } from '../../src/spec/map-spec.ts'
import type { ProgramSpec } from '../../src/spec/program-spec.ts'
import { readImage } from '../../src/vm/program/image.ts'
import type { ConformanceCase } from './conformance-case.ts'

const MAX_ARGUMENTS = 5
const FIRST = new Uint8Array(4)
const cell = (name: string, valueSize: number): MapSpec => ({ name, kind: 'array', keySize: 4, valueSize, maxEntries: 1 })

/** What is loaded for a case. */
export interface ConformanceProgram {
  readonly maps: readonly MapSpec[]
  /** The main one first. */
  readonly programs: readonly ProgramSpec[]
}

/** Puts a case together. Throws for assembly that is none. */
export function conformanceProgram(each: ConformanceCase): ConformanceProgram {
  const maps = [cell('arguments', MAX_ARGUMENTS * 8), cell('result', 8), ...each.maps]
  if (each.memory !== undefined) maps.push(cell('memory', each.memory.length))
  if (each.tails.length > 0)
    maps.push({ name: 'programs', kind: 'prog_array', keySize: 4, valueSize: 4, maxEntries: each.tails.length + 1 })
  const programs = [program('case', `${main(each)}${each.code}`), ...each.tails.map(({ name, code }) => program(name, code))]
  return { maps, programs }
}

function main({ takesContext }: ConformanceCase): string {
  const first = takesContext ? 2 : 1
  const loads = []
  for (let register = first; register <= MAX_ARGUMENTS; register++) loads.push(`r${register} = *(u64 *)(r6 +${(register - first) * 8})`)
  return ['r6 = map[arguments][0]+0', ...loads, 'call pc+5', 'r6 = map[result][0]+0', '*(u64 *)(r6 +0) = r0', 'r0 = 0', 'exit', ''].join(
    '\n',
  )
}

function program(name: string, code: string): ProgramSpec {
  return { name, type: 'raw_tracepoint', instructions: assemble(code), attach: [], source: sourceText(name, code) }
}

/** The program with its functions, which the kernel wants to know; how many parameters static ones have it does not look at. */
export function withFunctions(spec: ProgramSpec): ProgramSpec {
  const { functions, slots } = readImage(spec)
  const named = functions.map(({ start, parameterCount }, i) => ({
    name: i === 0 ? spec.name : `${spec.name}_${i}`,
    start: slots[start] ?? 0,
    parameterCount,
  }))
  return { ...spec, functions: named }
}

/** Prepares the maps for a run. */
export function setArguments(map: (name: string) => LoadedMap, each: ConformanceCase, args: readonly bigint[]): void {
  map('arguments').update(FIRST, [bytesOfWords([...args, 0n, 0n, 0n, 0n, 0n].slice(0, MAX_ARGUMENTS))])
  map('result').update(FIRST, [new Uint8Array(8).fill(0xee)])
  if (each.memory !== undefined) map('memory').update(FIRST, [each.memory])
}

/** What a run left. */
export interface Outcome {
  readonly r0: bigint
  readonly memory?: Uint8Array
}

/** Reads it from the maps. */
export function readOutcome(map: (name: string) => LoadedMap, each: ConformanceCase): Outcome {
  const [result] = map('result').lookup(FIRST) ?? []
  const r0 = result === undefined ? 0n : new DataView(result.buffer, result.byteOffset).getBigUint64(0, true)
  const memory = each.memory === undefined ? undefined : map('memory').lookup(FIRST)?.[0]
  return { r0, ...(memory === undefined ? {} : { memory }) }
}

const bytesOfWords = (words: readonly bigint[]): Uint8Array => new Uint8Array(BigUint64Array.from(words).buffer)
