/**
 * `-d`: the stages of the compiler as text. Loaded only when one is asked for.
 */
import { UsageError } from '../../base/errors.ts'
import { printProgram } from '../../compiler/ir/print.ts'
import { PASS_NAMES } from '../../compiler/passes/pass-list.ts'
import { disassemble } from '../../format/asm/disassemble.ts'
import { printScript } from '../../frontend/bpftrace/ast-printer.ts'
import type { CompileScriptOptions } from '../../frontend/bpftrace/compile.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { PassTimes } from './pass-times.ts'
import type { DebugStage } from './script-options.ts'

/** Shows stages while the compiler passes through them. */
export interface StageDisplay {
  /** What the compiler calls. */
  readonly hooks: Pick<CompileScriptOptions, 'onScript' | 'onFunction' | 'onPass'>
  /** Shows what is known at the end: times of passes, and the instructions of every program. */
  showEnd(object: ObjectSpec): void
}

const PASS_PREFIX = 'ir:'

/** Prepares to show stages. Throws `UsageError` for a pass that there is not. */
export function displayStages(stages: ReadonlySet<DebugStage>, show: (text: string) => void): StageDisplay {
  const passes = [...stages].filter((stage) => stage.startsWith(PASS_PREFIX)).map((stage) => stage.slice(PASS_PREFIX.length))
  const unknown = passes.find((name) => !PASS_NAMES.includes(name))
  if (unknown !== undefined) throw new UsageError(`there is no pass '${unknown}'`, { remedy: `the passes are ${PASS_NAMES.join(', ')}` })
  const times = new PassTimes()
  return {
    hooks: {
      onScript: (script) => {
        if (stages.has('ast')) show(`${printScript(script)}\n`)
      },
      onFunction: (fn) => {
        if (stages.has('ir')) show(`${printProgram(fn)}\n`)
        times.begin()
      },
      onPass: (name, fn, outcome) => {
        times.add(name, outcome)
        if (outcome === 'changed' && passes.includes(name)) show(`Behind ${name}:\n${printProgram(fn)}\n`)
        times.begin()
      },
    },
    showEnd: (object) => {
      if (stages.has('passes')) show(times.table())
      if (stages.has('asm'))
        show(object.programs.map((program) => `Program ${program.name}:\n${disassemble(program.instructions)}\n`).join('\n'))
    },
  }
}
