/**
 * The compiler's part of a run: text to `ObjectSpec`, its diagnostics printed, and the stages that `-d` asks for.
 */

import { formatDiagnostic, hasErrors } from '../../base/diagnostic.ts'
import { UsageError } from '../../base/errors.ts'
import { compileParsed } from '../../frontend/bpftrace/compile.ts'
import { NamedOptions, splitWords } from '../../frontend/bpftrace/named-options.ts'
import { type CReader, mayHaveC } from '../../frontend/bpftrace/parser/c-reader.ts'
import { type ParseResult, parseScript } from '../../frontend/bpftrace/parser/script.ts'
import { readsExecutables } from '../../frontend/bpftrace/probes/probe-kinds.ts'
import type { Sized } from '../../frontend/c/declarator.ts'
import { findKernelTypes } from '../../kernel/btf/kernel-types.ts'
import { possibleCpuCount } from '../../kernel/procfs/cpus.ts'
import { findOwnPidNamespace } from '../../kernel/procfs/pid-namespace.ts'
import { toByteString } from '../../spec/byte-string.ts'
import type { Executor } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { TypeSource } from '../../spec/type-source.ts'
import { alignOf, sizeOf } from '../../spec/types/type.ts'
import { kernelTypes } from '../kernel-types.ts'
import type { ByteSink, ScriptOptions, ScriptStreams } from './script-options.ts'
import type { StageDisplay } from './show-stages.ts'

/** A script that is ready to be loaded. */
export interface CompiledScript {
  readonly object: ObjectSpec
  /** Probes as bpftrace counts them. */
  readonly probeCount: number
  /** True when there is nothing to wait for: only BEGIN and END. */
  readonly endsByItself: boolean
  readonly printMapsOnExit: boolean
  /** What to do about a probe that cannot be attached. */
  readonly missingProbes: 'error' | 'warn' | 'ignore'
}

/** Compiles; prints diagnostics to `err`, and to `out` the stages that were asked for. Undefined when there are errors. */
export async function compileForRun(
  options: ScriptOptions,
  streams: ScriptStreams,
  executor: Executor,
): Promise<CompiledScript | undefined> {
  const { positional, named } = splitWords(options.parameters)
  const namedOptions = new NamedOptions(named)
  const display = await displayFor(options, streams)
  const parsed = parseScript(options.source, {
    parameters: positional,
    ...(await cReaderFor(options)),
  })
  const typeSource = await typeSourceFor(parsed)
  const pidNamespace = options.vm ? undefined : findOwnPidNamespace()
  try {
    const result = compileParsed(parsed, {
      typeSource,
      instructionSet: executor.instructionSet,
      walksByTables: () => executor.walksByTables?.() === true,
      parameters: positional,
      namedOptions,
      // Readers of pprof show lines, and what was inlined.
      environment: process.env,
      config: { showDebugInfo: options.format === 'pprof', allowUnsafe: options.unsafe, saysFailedReads: options.saysFailedReads === true },
      possibleCpus: options.vm ? 1 : possibleCpuCount(),
      ...(options.pid === undefined ? {} : { pid: options.pid }),
      ...(pidNamespace === undefined ? {} : { pidNamespace }),
      ...(options.cgroupPath === undefined ? {} : { cgroupPath: options.cgroupPath }),
      ...display?.hooks,
    })
    streams.observer?.diagnosed(result.diagnostics)
    const shown = options.noWarnings === true ? result.diagnostics.filter(({ severity }) => severity === 'error') : result.diagnostics
    for (const diagnostic of shown) writeText(streams.err, `${formatDiagnostic(diagnostic)}\n`)
    if (hasErrors(result.diagnostics) || result.object === undefined) return undefined
    checkNamedOptions(namedOptions)
    display?.showEnd(result.object)
    streams.out.flush()
    return { ...result, object: result.object }
  } finally {
    typeSource.close()
  }
}

/** Throws `UsageError` for options that the script does not ask for, such as `--help`, with those that it does. */
function checkNamedOptions({ known, unknown }: NamedOptions): void {
  if (unknown.length === 0) return
  const wanted = known.map(({ name, description }) => `--${name}${description === undefined ? '' : ` (${description})`}`).join(', ')
  const remedy = known.length === 0 ? 'this script has no options of its own' : `the options of this script: ${wanted}`
  throw new UsageError(`unexpected program command line options: ${unknown.map((name) => `--${name}`).join(', ')}`, { remedy })
}

/** What reads C is loaded for a script that has some. */
async function cReaderFor(options: ScriptOptions): Promise<{ readonly c?: CReader }> {
  const { source, includeFiles = [] } = options
  if (includeFiles.length === 0 && !mayHaveC(source.text)) return {}
  const [{ CSection }, { headersOf }] = await Promise.all([import('../../frontend/bpftrace/parser/c-section.ts'), import('./headers.ts')])
  return { c: new CSection(headersOf(source.name, options), findInKernel) }
}

/** What C in a script names and neither the script nor its headers declare. */
function findInKernel(name: string): Sized | undefined {
  const types = findKernelTypes()
  const type = types?.findType(name)
  if (types === undefined || type === undefined) return undefined
  return { type, size: sizeOf(type), align: type.kind === 'record' ? types.alignOf(type) : alignOf(type) }
}

/** Executables, and what reads them, are half of the program: they are loaded for a script that has probes in them. */
async function typeSourceFor(parsed: ParseResult): Promise<TypeSource & { close(): void }> {
  if ('diagnostic' in parsed || !readsExecutables(parsed.script)) return kernelTypes()
  return (await import('../machine-types.ts')).openTypeSource()
}

async function displayFor({ debugStages }: ScriptOptions, { out }: ScriptStreams): Promise<StageDisplay | undefined> {
  if (debugStages.size === 0) return undefined
  const { displayStages } = await import('./show-stages.ts')
  return displayStages(debugStages, (text) => writeText(out, text))
}

/** Source text and names of files may hold anything; a sink takes bytes. */
function writeText(sink: ByteSink, text: string): void {
  sink.write(toByteString(text))
}
