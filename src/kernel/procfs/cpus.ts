/**
 * Which CPUs there are: `possible` sizes per-CPU map values, `online` is where timers are opened.
 */
import { readFileSync } from 'node:fs'
import { FormatError } from '../../base/errors.ts'

/** A CPU list such as `0-3,8,10-11`, as numbers. Throws `FormatError`. */
export function parseCpuList(text: string): readonly number[] {
  const trimmed = text.trim()
  if (trimmed === '') return []
  return trimmed.split(',').flatMap((part) => {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (range === null) throw new FormatError('CPU list', `"${part}" is not a CPU or a range of CPUs`)
    const first = Number(range[1])
    return Array.from({ length: Number(range[2] ?? first) - first + 1 }, (_, i) => first + i)
  })
}

/** CPUs that run now. */
export function readOnlineCpus(): readonly number[] {
  return parseCpuList(readFileSync('/sys/devices/system/cpu/online', 'latin1'))
}

/** Number of CPUs that may ever run: how many values an entry of a per-CPU map has. It never changes. */
export function possibleCpuCount(): number {
  possible ??= parseCpuList(readFileSync('/sys/devices/system/cpu/possible', 'latin1')).length
  return possible
}

let possible: number | undefined
