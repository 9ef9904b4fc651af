/**
 * Looks for the command of `-c` before anything is attached, so that a misspelt one is an error and not an empty trace.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { UsageError } from '../base/errors.ts'

/** A first word without anything that a shell would take for more than itself. */
const PLAIN_WORD = /^[\w@%+:,./-]+(?=\s|$)/

/**
 * Throws `UsageError` when the first word of `command` names no program that can be run. A word that the shell has to
 * expand is left to the shell. `path` is as `$PATH`.
 */
export function checkCommand(command: string, path: string = process.env.PATH ?? ''): void {
  const name = PLAIN_WORD.exec(command.trim())?.[0]
  if (name === undefined) return
  const reason = name.includes('/') ? whyNotRunnable(name) : whyNotInPath(name, path)
  if (reason !== undefined) throw new UsageError(`cannot run the command ${name}: ${reason}`)
}

function whyNotInPath(name: string, path: string): string | undefined {
  // An empty entry is the current directory.
  const places = path.split(':').map((directory) => `${directory || '.'}/${name}`)
  return places.some((place) => whyNotRunnable(place) === undefined) ? undefined : 'there is no such program in $PATH'
}

function whyNotRunnable(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return 'it is a directory'
    accessSync(path, constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EACCES' ? 'it is not executable' : 'no such file'
  }
}
