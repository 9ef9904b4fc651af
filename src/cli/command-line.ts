/**
 * The command line as data. Options are those of bpftrace (section 7.1 of the language reference); nothing is opened here.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { UsageError } from '../base/errors.ts'
import { DEBUG_STAGES, type DebugStage } from '../session/script/script-options.ts'

/** Options that more than one command reads. */
export interface CommandLineOptions {
  readonly pid?: number
  readonly command?: string
  readonly outputFile?: string
  readonly format: 'text' | 'json'
  readonly quiet: boolean
  readonly verbose: boolean
  readonly debugStages: ReadonlySet<DebugStage>
  readonly cgroupPath?: string
  readonly disabledFeatures: readonly string[]
  readonly dryRun: boolean
  readonly test: boolean
}

/** What to do. `print` is text for stdout (help, version), and then the end. */
export type CommandLine =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'list'; readonly pattern: string; readonly options: CommandLineOptions }
  | { readonly kind: 'run-text'; readonly program: string; readonly parameters: readonly string[]; readonly options: CommandLineOptions }
  | { readonly kind: 'run-file'; readonly file: string; readonly parameters: readonly string[]; readonly options: CommandLineOptions }

/** Reads the words behind the program's name. Throws `UsageError` for what makes no sense. */
export function parseCommandLine(words: readonly string[], version: string): CommandLine {
  const printed: string[] = []
  const command = defineCommand(version).configureOutput({
    writeOut: (text) => printed.push(text),
    writeErr: () => {},
    outputError: () => {},
  })
  try {
    command.parse([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'print', text: printed.join('') }
    throw toUsageError(error)
  }
  return toCommandLine(command.args, command.opts<RawOptions>())
}

/** commander puts what it thinks was meant on a line of its own. */
function toUsageError(error: CommanderError): UsageError {
  const [message = '', guess] = error.message.replace(/^error: /, '').split('\n')
  const remedy = 'borescope --help lists the options'
  const meant = /^\(Did you mean (.*)\?\)$/.exec(guess ?? '')?.[1]
  return new UsageError(message, { remedy: meant === undefined ? remedy : `did you mean ${meant}? ${remedy}`, cause: error })
}

interface RawOptions {
  e?: string
  list?: string | true
  pid?: number
  cmd?: string
  output?: string
  format: 'text' | 'json'
  quiet?: true
  verbose?: true
  debug?: DebugStage[]
  cgroup?: string
  feature?: string[] | boolean
  dryRun?: true
  test?: true
}

function defineCommand(version: string): Command {
  return new Command('borescope')
    .description('Dynamic tracing for Linux: runs bpftrace scripts, with no compiler, headers or libraries to install.')
    .usage('[options] FILE [parameters]\n       borescope [options] -e PROGRAM [parameters]\n       borescope -l [PATTERN]')
    .argument('[words...]', 'a script file (- for standard input) and its parameters $1, $2, ...')
    .option('-e <program>', 'run this program text')
    .option('-l, --list [pattern]', 'list probes that match, such as uprobe:/bin/bash:read*')
    .addOption(new Option('-p, --pid <pid>', 'trace this process only, until it ends').argParser(parsePid).conflicts('cmd'))
    .option('-c, --cmd <command>', 'start this command once everything is attached, and end with it')
    .option('--cgroup <path>', 'trace only tasks in this cgroup (v2) and below it')
    .option('-o, --output <file>', 'write the output to a file')
    .addOption(new Option('-f, --format <format>', 'how to write the output').choices(['text', 'json']).default('text'))
    .option('-q, --quiet', 'do not say how many probes are attached')
    .option('-v, --verbose', 'say how probes are attached; show the whole log of the verifier')
    .option(
      '-d, --debug <stage>',
      `print a stage of the compiler: ${DEBUG_STAGES.join(', ')}, all (repeat or join with commas)`,
      parseStages,
    )
    .option('--no-feature <features>', 'do without a feature of the kernel, such as uprobe_multi', parseFeatures)
    .option('--dry-run', 'attach everything, then end')
    .option('--test', 'run the test probes of the script and say which passed')
    .version(`borescope ${version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
}

function parsePid(text: string): number {
  const pid = Number(text)
  if (!/^\d+$/.test(text) || pid < 1 || pid > 0x7fff_ffff) throw new InvalidArgumentError('a process id is a positive number')
  return pid
}

function parseStages(text: string, before: DebugStage[] = []): DebugStage[] {
  const stages = text.split(',').flatMap((name) => (name === 'all' ? DEBUG_STAGES : [toStage(name)]))
  return [...before, ...stages]
}

function toStage(name: string): DebugStage {
  const stage = DEBUG_STAGES.find((candidate) => candidate === name)
  if (stage === undefined) throw new InvalidArgumentError(`the stages are ${DEBUG_STAGES.join(', ')} and all`)
  return stage
}

function parseFeatures(text: string, before: unknown): string[] {
  return [...(Array.isArray(before) ? (before as string[]) : []), ...text.split(',')]
}

function toCommandLine(words: readonly string[], raw: RawOptions): CommandLine {
  const options = toOptions(raw)
  if (raw.list !== undefined) return { kind: 'list', pattern: raw.list === true ? (words[0] ?? '*') : raw.list, options }
  if (raw.e !== undefined) return { kind: 'run-text', program: raw.e, parameters: words, options }
  const [file, ...parameters] = words
  if (file !== undefined) return { kind: 'run-file', file, parameters, options }
  throw new UsageError('there is no program to run', {
    remedy: "name a script file, or give the program with -e 'PROGRAM'; borescope --help lists the options",
  })
}

function toOptions(raw: RawOptions): CommandLineOptions {
  return {
    ...(raw.pid === undefined ? {} : { pid: raw.pid }),
    ...(raw.cmd === undefined ? {} : { command: raw.cmd }),
    ...(raw.output === undefined ? {} : { outputFile: raw.output }),
    ...(raw.cgroup === undefined ? {} : { cgroupPath: raw.cgroup }),
    format: raw.format,
    quiet: raw.quiet === true,
    verbose: raw.verbose === true,
    debugStages: new Set(raw.debug ?? []),
    disabledFeatures: Array.isArray(raw.feature) ? raw.feature : [],
    dryRun: raw.dryRun === true,
    test: raw.test === true,
  }
}
