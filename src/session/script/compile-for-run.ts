/**
 * The compiler's part of a run: text to `ObjectSpec`, its diagnostics printed, the stages that `-d` asks for shown.
 */
import { formatDiagnostic, hasErrors } from '../../base/diagnostic.ts'
import { disassemble } from '../../format/asm/disassemble.ts'
import { compileScript } from '../../frontend/bpftrace/compile.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { openTypeSource } from '../machine-types.ts'
import { checkProcessRuns } from './end-with-process.ts'
import type { ScriptOptions, ScriptStreams } from './script-options.ts'

/** A script that is ready to be loaded. */
export interface CompiledScript {
  readonly object: ObjectSpec
  /** Probes as bpftrace counts them. */
  readonly probeCount: number
  /** True when there is nothing to wait for: only BEGIN and END. */
  readonly endsByItself: boolean
  readonly printMapsOnExit: boolean
}

/** Compiles; prints diagnostics (errors to `err`, warnings as bpftrace does to `out`). Undefined when there are errors. */
export function compileForRun(options: ScriptOptions, streams: ScriptStreams): CompiledScript | undefined {
  if (options.pid !== undefined) checkProcessRuns(options.pid)
  const typeSource = openTypeSource()
  try {
    const result = compileScript(options.source, {
      typeSource,
      parameters: options.parameters,
      ...(options.pid === undefined ? {} : { pid: options.pid }),
      ...(options.cgroupPath === undefined ? {} : { cgroupPath: options.cgroupPath }),
      onStage: (stage, text) => {
        if (options.debugStages.has(stage)) streams.out.write(`${text}\n`)
      },
    })
    const failed = hasErrors(result.diagnostics)
    for (const diagnostic of result.diagnostics) (failed ? streams.err : streams.out).write(`${formatDiagnostic(diagnostic)}\n`)
    if (failed || result.object === undefined) return undefined
    if (options.debugStages.has('asm')) streams.out.write(listing(result.object))
    return { ...result, object: result.object }
  } finally {
    typeSource.close()
  }
}

function listing(object: ObjectSpec): string {
  return object.programs.map((program) => `Program ${program.name}:\n${disassemble(program.instructions)}\n`).join('\n')
}
