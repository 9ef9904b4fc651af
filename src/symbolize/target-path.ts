/**
 * Which file a probe's target names: a path as it is, a bare name by $PATH, by the dynamic linker's cache, or in the
 * current directory.
 */
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../base/errors.ts'
import { nearestNames } from '../base/nearest-names.ts'
import { findLibrary, readLibraryCache } from './library-cache.ts'

/** Where bare names are looked for. */
export interface SearchPlaces {
  /** As `$PATH`: directories with `:` between them. */
  readonly path: string
  readonly libraryCache: string
}

/** The path of the file that `target` names. Throws `UsageError` when there is none. */
export function resolveTarget(target: string, places: SearchPlaces): string {
  const found = target.includes('/')
    ? existing(target)
    : (findInPath(target, places.path) ?? findCached(target, places) ?? existing(target))
  if (found !== undefined) return found
  if (target.includes('/')) throw new UsageError(`no such file: ${target}`)
  throw new UsageError(`no program ${target} in $PATH, no library of that name, and no such file`)
}

/** Paths beside `target` that are spelt alike. */
export function nearestPaths(target: string): readonly string[] {
  const directory = dirname(target)
  const names = nearestNames(basename(target), entriesOf(directory))
  return names.map((name) => (target.includes('/') ? join(directory, name) : name))
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // Only suggestions are lost.
  }
}

function existing(path: string): string | undefined {
  try {
    statSync(path)
    return path
  } catch (error) {
    // What may not be looked at is there for all we know; who opens it says what is missing.
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? path : undefined
  }
}

function findInPath(name: string, path: string): string | undefined {
  return path
    .split(':')
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function findCached(name: string, places: SearchPlaces): string | undefined {
  if (!name.startsWith('lib') || existing(places.libraryCache) === undefined) return undefined
  return findLibrary(readLibraryCache(new Uint8Array(readFileSync(places.libraryCache))), name)
}
