/**
 * The command line as data: what each option's value means, and what the words together ask for. Nothing is opened here.
 */
import { UsageError } from '../base/errors.ts'
import { isProfileFormat, OUTPUT_FORMATS, type OutputFormat } from '../output/output-format.ts'
import { DEBUG_STAGES, type DebugStage } from '../session/script/script-options.ts'
import { OPTIONS, type OptionName, showOption } from './options.ts'
import { readWords } from './read-words.ts'

/** Options that more than one command reads. */
export interface CommandLineOptions {
  readonly pid?: number
  readonly command?: string
  readonly outputFile?: string
  readonly format: OutputFormat
  readonly quiet: boolean
  readonly verbose: boolean
  readonly noWarnings: boolean
  readonly saysFailedReads: boolean
  readonly debugStages: ReadonlySet<DebugStage>
  readonly cgroupPath?: string
  readonly disabledFeatures: readonly string[]
  readonly maxRate?: number
  readonly includeDirectories: readonly string[]
  readonly includeFiles: readonly string[]
  readonly unsafe: boolean
  readonly dryRun: boolean
  readonly test: boolean
  readonly vm: boolean
}

/** What to do. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'info' }
  | { readonly kind: 'plan'; readonly pattern: string; readonly options: CommandLineOptions }
  | { readonly kind: 'list'; readonly pattern: string; readonly program?: string; readonly options: CommandLineOptions }
  | { readonly kind: 'run-text'; readonly program: string; readonly parameters: readonly string[]; readonly options: CommandLineOptions }
  | { readonly kind: 'run-file'; readonly file: string; readonly parameters: readonly string[]; readonly options: CommandLineOptions }

/** Reads the words behind the program's name. Throws `UsageError` for what makes no sense. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const { values, rest } = readWords(words)
  if (values.has('help')) return { kind: 'help' }
  if (values.has('version')) return { kind: 'version' }
  if (values.has('info')) return { kind: 'info' }
  const last = (name: OptionName) => values.get(name)?.at(-1)
  const options = toOptions({ last, all: (name) => values.get(name) ?? [] })
  const pattern = last('list')
  const program = last('program')
  if (pattern !== undefined) {
    const listed = program === undefined ? {} : { program }
    return { kind: 'list', pattern: pattern === '' ? (rest[0] ?? '*') : pattern, ...listed, options }
  }
  if (program !== undefined) return { kind: 'run-text', program, parameters: rest, options }
  const [file, ...parameters] = rest
  if (file === PLAN) return { kind: 'plan', pattern: onlyPattern(parameters), options }
  if (file !== undefined) return { kind: 'run-file', file, parameters, options }
  throw new UsageError('there is no program to run', {
    remedy: "name a script file, or give the program with -e 'PROGRAM'; borescope --help lists the options",
  })
}

/** The one command that is a word; a script of that name is run as `./plan`. */
const PLAN = 'plan'

function onlyPattern([pattern, ...others]: readonly string[]): string {
  if (pattern !== undefined && others.length === 0) return pattern
  throw new UsageError('plan takes one probe', {
    remedy: "such as borescope plan 'uprobe:./server:main.*'; a script called plan is run as ./plan",
  })
}

interface Values {
  /** The last value given, if any. */
  last(name: OptionName): string | undefined
  all(name: OptionName): readonly string[]
}

function toOptions({ last, all }: Values): CommandLineOptions {
  const [pid, command, outputFile, cgroupPath] = [last('pid'), last('command'), last('output'), last('cgroup')]
  const maxRate = last('maxRate')
  const buffering = last('buffering')
  if (buffering !== undefined && !BUFFERING.includes(buffering))
    throw invalidValue('buffering', buffering, `Allowed choices are ${BUFFERING.join(', ')}`)
  if (pid !== undefined && command !== undefined)
    throw new UsageError(`option '${showOption(OPTIONS.pid)}' cannot be used with option '${showOption(OPTIONS.command)}'`)
  if (last('vm') !== undefined) checkAlone({ pid, command, cgroup: cgroupPath })
  const format = toFormat(last('format') ?? 'text')
  if (last('test') !== undefined && isProfileFormat(format))
    throw invalidValue('format', format, 'The report of tests is written as text or json')
  return {
    ...(pid === undefined ? {} : { pid: toPid(pid) }),
    ...(command === undefined ? {} : { command }),
    ...(outputFile === undefined ? {} : { outputFile }),
    ...(cgroupPath === undefined ? {} : { cgroupPath }),
    ...(maxRate === undefined ? {} : { maxRate: toRate(maxRate) }),
    format,
    quiet: last('quiet') !== undefined,
    verbose: last('verbose') !== undefined,
    noWarnings: last('noWarnings') !== undefined,
    saysFailedReads: last('warnings') !== undefined,
    debugStages: new Set(all('debug').flatMap(toStages)),
    disabledFeatures: all('noFeature').flatMap((names) => names.split(',')),
    includeDirectories: all('includeDirectory'),
    includeFiles: all('includeFile'),
    unsafe: last('unsafe') !== undefined,
    dryRun: last('dryRun') !== undefined,
    test: last('test') !== undefined,
    vm: last('vm') !== undefined,
  }
}

const BUFFERING = ['line', 'full', 'none']

/** What names something of the kernel makes no sense with `--vm`. */
function checkAlone(given: Readonly<Partial<Record<OptionName, string | undefined>>>): void {
  for (const [name, value] of Object.entries(given))
    if (value !== undefined)
      throw new UsageError(`option '${showOption(OPTIONS[name as OptionName])}' cannot be used with option '${showOption(OPTIONS.vm)}'`, {
        remedy: 'the virtual machine runs no probe of a process',
      })
}

function toPid(text: string): number {
  const pid = Number(text)
  if (!/^\d+$/.test(text) || pid < 1 || pid > 0x7fff_ffff) throw invalidValue('pid', text, 'a process id is a positive number')
  return pid
}

function toRate(text: string): number {
  const rate = Number(text)
  if (!/^\d+$/.test(text) || rate < 1) throw invalidValue('maxRate', text, 'a rate is a positive number of hits a second')
  return rate
}

function toFormat(text: string): CommandLineOptions['format'] {
  const format = OUTPUT_FORMATS.find((candidate) => candidate === text)
  if (format === undefined) throw invalidValue('format', text, `Allowed choices are ${OUTPUT_FORMATS.join(', ')}`)
  return format
}

function toStages(text: string): readonly DebugStage[] {
  return text.split(',').flatMap((name) => (name === 'all' ? DEBUG_STAGES : [toStage(name)]))
}

function toStage(name: string): DebugStage {
  if (name.startsWith('ir:')) return name as DebugStage
  const stage = DEBUG_STAGES.find((candidate) => candidate === name)
  if (stage === undefined) throw invalidValue('debug', name, `the stages are ${DEBUG_STAGES.join(', ')}, ir:PASS and all`)
  return stage
}

function invalidValue(option: OptionName, value: string, reason: string): UsageError {
  return new UsageError(`option '${showOption(OPTIONS[option])}' argument '${value}' is invalid. ${reason}`, {
    remedy: 'borescope --help lists the options',
  })
}
