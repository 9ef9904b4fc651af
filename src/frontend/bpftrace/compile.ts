/**
 * The front door of the bpftrace language: source text in, `ObjectSpec` and diagnostics out. Everything about the machine
 * comes in through the options.
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceText } from '../../base/source-text.ts'
import type { PassObserver } from '../../compiler/compile-function.ts'
import type { IrFunction } from '../../compiler/ir/ir.ts'
import type { PidNamespace } from '../../compiler/lowering/current-task.ts'
import type { InstructionSet } from '../../spec/instruction-set.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { TypeSource } from '../../spec/type-source.ts'
import { namesUsed } from './ast-walk.ts'
import { checkScript } from './check/check-script.ts'
import { declareMaps } from './check/map-declarations.ts'
import { type CommandLineConfig, readConfig, type ScriptConfig } from './config.ts'
import { buildObject } from './lower/build-object.ts'
import { expandMacros } from './macros/expand-macros.ts'
import type { NamedOptions } from './named-options.ts'
import type { CReader } from './parser/c-reader.ts'
import { type ParseResult, parseScript } from './parser/script.ts'
import { expandScript } from './probes/expand.ts'
import type { ProviderName } from './probes/probe-kind.ts'
import { Report } from './report.ts'
import type { Script } from './script-ast.ts'

const DEFAULT_POSSIBLE_CPUS = 256

/** What a compilation is told about the run. */
export interface CompileScriptOptions {
  readonly typeSource: TypeSource
  /** Only hits of this process count (section 2.3 of the language reference). */
  readonly pid?: number
  /** The PID namespace of the tracer, when it is not the initial one: `pid`, `tid` and the filter above are ids in it. */
  readonly pidNamespace?: PidNamespace
  /** Only hits of tasks in this cgroup directory, or below it, count. */
  readonly cgroupPath?: string
  /** Values of `$1`, `$2`, ... */
  readonly parameters?: readonly string[]
  /** What is given by name, for `getopt`; it notes what the script asks for. */
  readonly namedOptions?: NamedOptions
  /** Reads the C part of the script, for `compileScript`; may be absent where there is none. */
  readonly c?: CReader
  /** What the command line sets. */
  readonly config?: CommandLineConfig
  /** Its `BPFTRACE_...` variables set options before the script does. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Bytes of the ring buffer: a power of two, at least a page. When absent what the programs need (`lower/ring-size.ts`). */
  readonly ringBufferSize?: number
  /** CPUs that per-CPU maps may have values for (`/sys/devices/system/cpu/possible`): an upper bound. 256 when absent. */
  readonly possibleCpus?: number
  /** What programs may use; v3 when absent. */
  readonly instructionSet?: InstructionSet
  /** True when programs may walk user stacks by tables; asked when one takes such a stack. By frame pointers when absent. */
  readonly walksByTables?: () => boolean
  /** Shown the parsed script, for `-d ast`. */
  readonly onScript?: (script: Script) => void
  /** Shown each program before it is optimised, for `-d ir`. */
  readonly onFunction?: (fn: IrFunction) => void
  /** Told of each pass over each program, for `-d passes`. */
  readonly onPass?: PassObserver
}

/** A compiled script. `object` is absent when there are errors. */
export interface CompileResult {
  readonly object?: ObjectSpec
  /** Errors first, in order of place, then warnings. */
  readonly diagnostics: readonly Diagnostic[]
  /** Probes as bpftrace counts them. */
  readonly probeCount: number
  /** True for a script of only BEGIN and END: there is nothing to wait for. */
  readonly endsByItself: boolean
  readonly printMapsOnExit: boolean
  readonly missingProbes: ScriptConfig['missingProbes']
}

/** Compiles a script. Throws `InternalError` for bugs of the compiler only. */
export function compileScript(source: SourceText, options: CompileScriptOptions): CompileResult {
  return compileParsed(parseScript(source, options), options)
}

/** Compiles what `parseScript` answered; who parses first can look at the script before it opens a type source for it. */
export function compileParsed(parsed: ParseResult, options: CompileScriptOptions): CompileResult {
  if ('diagnostic' in parsed) return { ...NOTHING, diagnostics: [parsed.diagnostic] }
  options.onScript?.(parsed.script)
  return compileSyntaxTree(parsed.script, options)
}

/** What the session runs when it wants to, or the kernel at once. */
const NEVER_WAITED_FOR: ReadonlySet<ProviderName> = new Set(['begin', 'end', 'test', 'iter'])

const NOTHING = { probeCount: 0, endsByItself: true, printMapsOnExit: false, missingProbes: 'error' } as const

function compileSyntaxTree(parsed: Script, options: CompileScriptOptions): CompileResult {
  const { typeSource, parameters = [], onFunction, onPass } = options
  const report = new Report(parsed.source)
  for (const { span, feature } of parsed.unsupported) report.notSupported(span, feature)
  const script = expandMacros(parsed, report)
  if (script !== parsed && report.hasErrors) return { ...NOTHING, diagnostics: report.diagnostics }
  const config = readConfig(
    script.config,
    { ...options.config, ...(options.environment === undefined ? {} : { environment: options.environment }) },
    report,
  )
  const namedOptions = options.namedOptions === undefined ? {} : { namedOptions: options.namedOptions }
  const pid = options.pid === undefined ? {} : { pid: options.pid }
  const { units, probeCount } = expandScript(script, { typeSource, report, missing: config.missingProbes, ...pid })
  if (probeCount > config.maxProbes) reportTooManyProbes(probeCount, config.maxProbes, report)
  const programs = units.filter(({ context }) => !NEVER_WAITED_FOR.has(context.provider)).length
  if (programs > config.maxPrograms) reportTooManyPrograms(script, { count: programs, most: config.maxPrograms }, report)
  if (probeCount > config.maxProbes || programs > config.maxPrograms) {
    return { ...NOTHING, probeCount, diagnostics: report.diagnostics }
  }
  const checked = checkScript(units, { typeSource, cTypes: script.cTypes, config, parameters, ...namedOptions }, report)
  declareMaps(script.maps, checked.maps, report)
  if (!report.hasErrors && units.length === 0) reportNoProbes(script, report)
  const facts = {
    probeCount,
    endsByItself: units.every(({ context }) => NEVER_WAITED_FOR.has(context.provider)),
    printMapsOnExit: config.printMapsOnExit,
    missingProbes: config.missingProbes,
  }
  if (report.hasErrors) return { ...facts, diagnostics: report.diagnostics }
  const build = {
    source: script.source,
    config,
    typeSource,
    cTypes: script.cTypes,
    parameters,
    ringBufferSize: options.ringBufferSize,
    possibleCpus: options.possibleCpus ?? DEFAULT_POSSIBLE_CPUS,
    ...pid,
    ...(options.pidNamespace === undefined ? {} : { pidNamespace: options.pidNamespace }),
    ...(options.instructionSet === undefined ? {} : { instructionSet: options.instructionSet }),
    ...(options.walksByTables === undefined ? {} : { walksByTables: options.walksByTables }),
    ...(options.cgroupPath === undefined ? {} : { cgroupPath: options.cgroupPath }),
    ...(onFunction === undefined ? {} : { onFunction }),
    ...(onPass === undefined ? {} : { onPass }),
  }
  const object = buildObject(checked, build, report)
  return report.hasErrors ? { ...facts, diagnostics: report.diagnostics } : { ...facts, object, diagnostics: report.diagnostics }
}

function reportTooManyProbes(count: number, most: number, report: Report): void {
  const message = `Can't attach to ${count} probes because it exceeds the current limit of ${most} probes.
You can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high number of probes attached can cause your system to crash.`
  report.placeless('error', { code: 'too-many-probes', message })
}

function reportTooManyPrograms(
  { probes, source }: Script,
  { count, most }: { readonly count: number; readonly most: number },
  report: Report,
): void {
  report.error({
    code: 'too-many-programs',
    span: probes.find((probe) => namesUsed(probe).has('probe') || namesUsed(probe).has('args'))?.attachPoints[0]?.span ?? {
      start: 0,
      end: source.text.length,
    },
    message: `the script would become ${count} programs, more than the limit of ${most}`,
    hint: "a pattern becomes one program per place where the body uses 'probe' or 'args'; 'func' needs only one",
  })
}

function reportNoProbes({ source, probes }: Script, report: Report): void {
  const span = probes[0]?.attachPoints[0]?.span ?? { start: 0, end: Math.min(1, source.text.length) }
  report.error({ code: 'no-probes', span, message: 'No probes to attach' })
}
