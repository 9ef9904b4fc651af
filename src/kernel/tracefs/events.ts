/**
 * Tracepoints as tracefs shows them: `events/CATEGORY/EVENT/{id,format}`.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { UsageError } from '../../base/errors.ts'
import { compileGlob } from '../../base/glob.ts'
import type { TracepointFormat } from '../../spec/type-source.ts'
import { parseTracepointFormat } from './format.ts'
import { getTracefs } from './tracefs.ts'

/** Tracepoints whose category and event match two globs, sorted. Throws `NotSupportedError` without tracefs. */
export function listTracepoints(category: string, event: string): readonly (readonly [category: string, event: string])[] {
  const root = `${getTracefs()}/events`
  return matching(root, category).flatMap((found) => matching(`${root}/${found}`, event).map((name) => [found, name] as const))
}

/** The fields of a tracepoint's record; `undefined` when there is no such tracepoint. */
export function findTracepointFormat(category: string, event: string): TracepointFormat | undefined {
  const text = readOf(category, event, 'format')
  return text === undefined ? undefined : parseTracepointFormat(category, event, text)
}

/** The number by which perf_event_open(2) knows a tracepoint. Throws `UsageError` when there is none. */
export function getTracepointId(category: string, event: string): number {
  const text = readOf(category, event, 'id')
  if (text !== undefined) return Number(text)
  throw new UsageError(`there is no tracepoint ${category}:${event}`, {
    remedy: `borescope -l 'tracepoint:${category}:*' lists what there is`,
  })
}

function matching(directory: string, glob: string): readonly string[] {
  // A name that is written out is looked for, since there are thousands.
  if (isName(glob)) return statSync(`${directory}/${glob}`, { throwIfNoEntry: false })?.isDirectory() === true ? [glob] : []
  const matches = compileGlob(glob)
  return directoriesOf(directory).filter(matches).sort()
}

const isName = (text: string): boolean => /^\w[\w-]*$/.test(text)

function directoriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch {
    return []
  }
}

function readOf(category: string, event: string, file: 'id' | 'format'): string | undefined {
  // The names come from users: nothing but one directory name each may get into the path.
  if (!isName(category) || !isName(event)) return undefined
  const path = `${getTracefs()}/events/${category}/${event}/${file}`
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
