/**
 * `-d`: the stages of the compiler as text. Loaded only when one is asked for.
 */
import { printProgram } from '../../compiler/ir/print.ts'
import { disassemble } from '../../format/asm/disassemble.ts'
import { printScript } from '../../frontend/bpftrace/ast-printer.ts'
import type { CompileScriptOptions } from '../../frontend/bpftrace/compile.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { DebugStage } from './script-options.ts'

type Stages = ReadonlySet<DebugStage>
type Show = (text: string) => void

/** What the compiler calls to have the stages `ast` and `ir` shown. */
export function compilerStages(stages: Stages, show: Show): Pick<CompileScriptOptions, 'onScript' | 'onFunction'> {
  return {
    ...(stages.has('ast') ? { onScript: (script) => show(`${printScript(script)}\n`) } : {}),
    ...(stages.has('ir') ? { onFunction: (fn) => show(`${printProgram(fn)}\n`) } : {}),
  }
}

/** Shows the stage `asm`: the instructions of every program. */
export function showCode(stages: Stages, { object, show }: { readonly object: ObjectSpec; readonly show: Show }): void {
  if (!stages.has('asm')) return
  show(object.programs.map((program) => `Program ${program.name}:\n${disassemble(program.instructions)}\n`).join('\n'))
}
