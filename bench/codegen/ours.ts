/**
 * Our side of the comparison: a program of `programs.ts` through the front-end it is written for.
 */
import { readFileSync } from 'node:fs'
import { sourceText } from '../../src/base/source-text.ts'
import { compileScript } from '../../src/frontend/bpftrace/compile.ts'
import { openTypeSource } from '../../src/session/machine-types.ts'
import { buildProgram, type Parts } from '../../src/session/program/build-object.ts'
import { instructionSet } from '../../src/spec/instruction-set.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'
import type { TypeSource } from '../../src/spec/type-source.ts'
import type { BenchProgram, Language } from './programs.ts'
import { stackCount } from './stack-count.ts'

const COMPILE: Readonly<Record<Language, (name: string, target: string) => Promise<ObjectSpec>>> = {
  script: async (name, target) => compileBenchScript(name, target),
  typescript: async (name, target) => {
    const { parts } = (await import(`./typescript/${name}.ts`)) as { readonly parts: (target: string) => Parts }
    return withTypes((types) => buildProgram(parts(target), types, { instructionSet: SET }).object)
  },
  ir: async () => stackCount(),
}

/** Debian's bpftrace cuts text at 64 bytes, ours at 1024: all sides of the comparison do what it does. */
const ENVIRONMENT = { BPFTRACE_MAX_STRLEN: '64' }

/** Clang is asked for the same (`-mcpu=v3`). */
const SET = instructionSet(3)

/** Compiles a program for the binary `target`. Throws with the diagnostics when it has errors. */
export function compileOurs({ name, language }: BenchProgram, target: string): Promise<ObjectSpec> {
  return COMPILE[language](name, target)
}

/** The text of a script, for the binary `target`. */
export function scriptText(name: string, target: string): string {
  return readFileSync(new URL(`scripts/${name}.bt`, import.meta.url), 'utf8').replaceAll('TARGET', target)
}

function compileBenchScript(name: string, target: string): ObjectSpec {
  const source = sourceText(`${name}.bt`, scriptText(name, target))
  const { object, diagnostics } = withTypes((typeSource) =>
    compileScript(source, { typeSource, environment: ENVIRONMENT, instructionSet: SET }),
  )
  if (object === undefined) throw new Error(`${name}.bt: ${diagnostics.map(({ message }) => message).join('; ')}`)
  return { ...object, programs: object.programs.filter(({ attach }) => attach.some(({ kind }) => kind === 'uprobe')) }
}

function withTypes<T>(use: (types: TypeSource) => T): T {
  const types = openTypeSource()
  try {
    return use(types)
  } finally {
    types.close()
  }
}
