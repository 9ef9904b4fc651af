/**
 * What a tool chain's process does with the example: compiles it, and prints what came out as JSON. Bundled with a copy of
 * the library of its own, so the parts come from another copy than the one that compiles them.
 */
import { pathToFileURL } from 'node:url'
import { fileOffset, virtualOffset } from '../../src/base/address.ts'
import { formatDiagnostic } from '../../src/base/diagnostic.ts'
import { positionAt } from '../../src/base/source-text.ts'
import { buildProgram, type Parts } from '../../src/session/program/build-object.ts'
import { ProgramError } from '../../src/session/program/program-error.ts'
import type { TypeSource } from '../../src/spec/type-source.ts'

/** What the example became. */
export interface Outcome {
  /** Instructions without their places, one text for each program. */
  readonly programs: Readonly<Record<string, string>>
  /** FILE:LINE:COLUMN of the first instruction of each program that has a place. */
  readonly places: Readonly<Record<string, string>>
  /** The mistakes of `mistakes`, as they are shown. */
  readonly diagnostics: readonly string[]
}

const types: TypeSource = {
  findUprobeTarget: ({ target }) => ({
    path: target,
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
  }),
  findDataSymbol: () => ({ kind: 'miss', reason: 'no data in this test', nearest: [] }),
  findTracepoints: () => [],
  findTracepointFormat: () => undefined,
}

/** Compiles the example. */
export function inspectExample({ parts, mistakes }: { readonly parts: Parts; readonly mistakes: Parts }): Outcome {
  const { object } = buildProgram(parts, types)
  const programs = object.programs.map(({ name, instructions }) => [
    name,
    JSON.stringify(
      instructions.map(({ span: _, ...instruction }) => instruction),
      (_, value) => (typeof value === 'bigint' ? `${value}n` : value),
    ),
  ])
  const places = object.programs.map(({ name, instructions, source }) => {
    const start = instructions.find((instruction) => instruction.span !== undefined)?.span?.start ?? 0
    const { line, column } = positionAt(source, start)
    return [name, `${source.name}:${line}:${column}`]
  })
  return { programs: Object.fromEntries(programs), places: Object.fromEntries(places), diagnostics: mistakesOf(mistakes) }
}

function mistakesOf(parts: Parts): string[] {
  try {
    buildProgram(parts, types)
  } catch (error) {
    if (error instanceof ProgramError) return error.diagnostics.map(formatDiagnostic)
    throw error
  }
  return []
}

const [, script = '', ...examples] = process.argv
if (examples.length > 0 && import.meta.url === pathToFileURL(script).href) {
  const outcomes: Outcome[] = []
  for (const path of examples) {
    const loaded = await import(pathToFileURL(path).href)
    outcomes.push(inspectExample('parts' in loaded ? loaded : loaded.default))
  }
  console.log(JSON.stringify(outcomes))
}
