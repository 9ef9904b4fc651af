/**
 * The command's entry: reads argv, runs one command, sets the exit code. The only folder that does either. Running a script
 * is what it is there for; what other commands need is loaded for them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InternalError } from '../base/errors.ts'
import { type CommandLine, parseCommandLine } from './command-line.ts'
import { describeError } from './report-error.ts'
import { runScriptCommand } from './run.ts'
import { printText, sayMessage } from './standard-streams.ts'

/** Runs the command line `words` (without node and script) and answers the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  let verbose = words.includes('-v') || words.includes('--verbose')
  try {
    const commandLine = parseCommandLine(words)
    verbose = 'options' in commandLine && commandLine.options.verbose
    return await runCommand(commandLine)
  } catch (error) {
    sayMessage(describeError(error, { verbose }))
    return 1
  }
}

async function runCommand(commandLine: CommandLine): Promise<number> {
  switch (commandLine.kind) {
    case 'help':
      printText([(await import('./help.ts')).helpText()])
      return 0
    case 'version':
      printText([`borescope ${packageVersion()}`])
      return 0
    case 'info':
      return (await import('./info.ts')).runInfo()
    case 'list':
      return (await import('./list.ts')).runList(commandLine.pattern, commandLine.options, commandLine.program)
    case 'plan':
      return (await import('./plan.ts')).runPlan(commandLine.pattern, commandLine.options)
    case 'run-text':
    case 'run-file':
      return runScriptCommand(commandLine)
  }
}

/** The manifest is one folder above the bundle, and two above this file. */
function packageVersion(): string {
  const manifest = ['../package.json', '../../package.json'].map((path) => join(import.meta.dirname, path)).find((path) => existsSync(path))
  if (manifest === undefined) throw new InternalError('package.json is missing beside the program')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
