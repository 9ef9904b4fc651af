/**
 * `borescope FILE` and `borescope -e PROGRAM`: reads the script, opens the output, runs it.
 */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { UsageError } from '../base/errors.ts'
import { type SourceText, sourceText } from '../base/source-text.ts'
import { runScript } from '../session/script/run-script.ts'
import { StopRequest, stopOnSignals } from '../session/script/stop-request.ts'
import type { CommandLine, CommandLineOptions } from './command-line.ts'
import { isTerminal } from './is-terminal.ts'
import { messageSink, resultSink, STDOUT } from './standard-streams.ts'

type RunCommandLine = Extract<CommandLine, { kind: 'run-text' | 'run-file' }>

/** Name of program text that is in no file, as bpftrace has it. */
const NO_FILE = 'stdin'

/** Runs a script until its end; answers the exit code. */
export async function runScriptCommand(commandLine: RunCommandLine): Promise<number> {
  const { options, parameters } = commandLine
  const stop = new StopRequest()
  stopOnSignals(stop)
  const source = commandLine.kind === 'run-text' ? sourceText(NO_FILE, commandLine.program) : readScript(commandLine.file)
  const outputFd = openOutput(options)
  try {
    return await runScript(
      { ...options, source, parameters },
      {
        out: resultSink(outputFd, () => stop.request({ kind: 'output-closed' })),
        err: messageSink(),
        isTerminal: isTerminal(outputFd),
      },
      stop,
    )
  } finally {
    if (outputFd !== STDOUT) closeSync(outputFd)
  }
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
