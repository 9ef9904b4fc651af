/**
 * How diagnostics name a file.
 */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A path as the user would write it: relative to the working directory when it is below. */
export function displayName(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  if (!path.startsWith('/')) return path === '' ? '<anonymous>' : path
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}
