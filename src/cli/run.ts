/**
 * `borescope FILE` and `borescope -e PROGRAM`: reads the script, opens the output, runs it.
 */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { UsageError } from '../base/errors.ts'
import { type SourceText, sourceText } from '../base/source-text.ts'
import { isProfileFormat } from '../output/output-format.ts'
import { runScript } from '../session/script/run-script.ts'
import type { ScriptStreams } from '../session/script/script-options.ts'
import { StopRequest, stopOnSignals } from '../session/script/stop-request.ts'
import type { CommandLine, CommandLineOptions } from './command-line.ts'
import { isTerminal } from './is-terminal.ts'
import { messageSink, resultSink, STDOUT } from './standard-streams.ts'
import { saveMemory } from './thrift.ts'

type RunCommandLine = Extract<CommandLine, { kind: 'run-text' | 'run-file' }>

/** Name of program text that is in no file, as bpftrace has it. */
const NO_FILE = 'stdin'

/** Runs a script until its end; answers the exit code. */
export async function runScriptCommand(commandLine: RunCommandLine): Promise<number> {
  const { options, parameters } = commandLine
  const onAttached = saveMemory()
  const stop = new StopRequest()
  stopOnSignals(stop)
  const source = commandLine.kind === 'run-text' ? sourceText(NO_FILE, commandLine.program) : readScript(commandLine.file)
  checkProfileTarget(options)
  const outputFd = openOutput(options)
  try {
    return await runScript({ ...options, source, parameters }, { ...streamsFor(options, outputFd, stop), onAttached }, stop)
  } finally {
    if (outputFd !== STDOUT) closeSync(outputFd)
  }
}

/** A profile has its output for itself: what else the script says goes to standard output, or to stderr where that is taken. */
function streamsFor({ format }: CommandLineOptions, outputFd: number, stop: StopRequest): ScriptStreams {
  const results = (fd: number) => resultSink(fd, () => stop.request({ kind: 'output-closed' }))
  const err = messageSink()
  if (!isProfileFormat(format)) return { out: results(outputFd), err, isTerminal: isTerminal(outputFd) }
  const profile = results(outputFd)
  return outputFd === STDOUT
    ? { out: err, err, profile, isTerminal: false }
    : { out: results(STDOUT), err, profile, isTerminal: isTerminal(STDOUT) }
}

function checkProfileTarget({ format, outputFile }: CommandLineOptions): void {
  if (format !== 'pprof' || outputFile !== undefined || !isTerminal(STDOUT)) return
  throw new UsageError('-f pprof writes a compressed file, and standard output is a terminal', {
    remedy: 'name the file: -o cpu.pprof; go tool pprof -top cpu.pprof reads it',
  })
}

function readScript(file: string): SourceText {
  if (file === '-') return sourceText(NO_FILE, readFileSync(0, 'utf8'))
  try {
    return sourceText(file, readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`cannot read the script ${file}: ${reasonOf(error)}`, {
      cause: error,
      remedy: "give a file, or the program itself with -e 'PROGRAM'",
    })
  }
}

function openOutput(options: CommandLineOptions): number {
  if (options.outputFile === undefined) return STDOUT
  try {
    return openSync(options.outputFile, 'w')
  } catch (error) {
    throw new UsageError(`cannot write to ${options.outputFile}: ${reasonOf(error)}`, { cause: error })
  }
}

/** An errno of the file system in words. */
function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'no such file or directory'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EISDIR') return 'it is a directory'
  return code ?? String(error)
}
