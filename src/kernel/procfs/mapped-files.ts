/**
 * Files that a process has mapped and that are no longer at their path. Source: proc_pid_maps(5), which puts ` (deleted)`
 * behind their names.
 */
import { readFileSync, realpathSync } from 'node:fs'

const DELETED = ' (deleted)'

/**
 * Where the file that process `pid` has mapped by the name of `path`, and that was deleted or replaced since, can still be
 * opened; undefined when there is none, or the process cannot be looked at.
 */
export function findReplaced(pid: number, path: string): string | undefined {
  const lines = readMaps(pid)
  const name = resolved(path)
  const of = (wanted: string) => lines.find((line) => line.endsWith(` ${wanted}`))
  const deleted = of(`${name}${DELETED}`)
  if (deleted === undefined || of(name) !== undefined) return undefined
  const range = deleted.slice(0, deleted.indexOf(' '))
  return `/proc/${pid}/map_files/${range}`
}

function readMaps(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')
  } catch {
    return []
  }
}

function resolved(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
