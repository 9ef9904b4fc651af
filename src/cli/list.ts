/**
 * `borescope -l PATTERN`: the probes that exist, one full name a line, sorted.
 */
import { UsageError } from '../base/errors.ts'
import { openTypeSource } from '../session/machine-types.ts'
import { listProbes, parseListPattern } from '../symbolize/list-probes.ts'
import type { CommandLineOptions } from './command-line.ts'
import { printText, sayMessage } from './standard-streams.ts'

/** Prints the probes that match; answers 0, or 1 when there are none. Throws `UsageError` for what cannot be listed. */
export function runList(pattern: string, options: CommandLineOptions): number {
  const request = parseListPattern(pattern === '*' ? 'tracepoint:*:*' : pattern)
  if (request === undefined) {
    throw new UsageError(`cannot list ${JSON.stringify(pattern)}`, {
      remedy:
        'patterns are uprobe:FILE:FUNCTION, uretprobe:FILE:FUNCTION and tracepoint:CATEGORY:EVENT, with * in any part; quote them for the shell',
    })
  }
  const source = openTypeSource()
  try {
    const found = listProbes(source, request)
    if ('kind' in found)
      throw new UsageError(found.reason, found.nearest.length === 0 ? {} : { remedy: `did you mean ${found.nearest.join(', ')}?` })
    if (found.length === 0 && options.verbose) sayMessage('no probe matches\n')
    printText(found)
    return found.length > 0 ? 0 : 1
  } finally {
    source.close()
  }
}
