/**
 * `system()` and `cat()`: what a command prints, and what is in a file. Text in and out is byte strings.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { OutputWriter } from '../../output/output-writer.ts'

const MOST_OUTPUT = 64 * 1024 * 1024
const PIECE = 64 * 1024

/** Runs a command by the shell; the run waits for it, as it does in bpftrace. */
export function runCommand(command: string, writer: OutputWriter): void {
  // Few scripts run commands: the module is not to be loaded at the start of all.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { status, stdout, error } = spawnSync('/bin/sh', ['-c', Buffer.from(command, 'latin1').toString()], {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: MOST_OUTPUT,
  })
  if (status === 0) writer.foreign('system', stdout.toString('latin1'))
  else writer.failure(error === undefined ? `command exited with code ${status}` : `command failed: ${error.message}`)
}

/** Shows at most `most` bytes of a file. */
export function showFile(path: string, most: number, writer: OutputWriter): void {
  let file: number
  try {
    file = openSync(Buffer.from(path, 'latin1'), 'r')
  } catch (error) {
    writer.failure(`failed to open file '${path}' (${reasonOf(error)})`)
    return
  }
  try {
    writer.foreign('cat', readText(file, most))
  } catch (error) {
    writer.failure(`failed to read file '${path}' (${reasonOf(error)})`)
  } finally {
    closeSync(file)
  }
}

/** Piece by piece: files of procfs do not say how long they are, and `most` may be far more than there is. */
function readText(file: number, most: number): string {
  const piece = Buffer.alloc(Math.min(most, PIECE))
  let text = ''
  while (text.length < most) {
    const read = readSync(file, piece, 0, Math.min(piece.length, most - text.length), null)
    if (read === 0) break
    text += piece.toString('latin1', 0, read)
  }
  return text
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'No such file or directory'
  if (code === 'EACCES') return 'Permission denied'
  return code === 'EISDIR' ? 'Is a directory' : (code ?? String(error))
}
