/**
 * `borescope -l PATTERN`: the probes that exist, one full name a line, sorted.
 */
import { UsageError } from '../base/errors.ts'
import { descriptorSink } from '../session/byte-sink.ts'
import { openTypeSource } from '../session/machine-types.ts'
import { listProbes, parseListPattern } from '../symbolize/list-probes.ts'
import type { CommandLineOptions } from './command-line.ts'

const STDOUT = 1

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
    printLines(found, options)
    return found.length > 0 ? 0 : 1
  } finally {
    source.close()
  }
}

function printLines(lines: readonly string[], options: CommandLineOptions): void {
  if (lines.length === 0 && options.verbose) process.stderr.write('no probe matches\n')
  const sink = descriptorSink(STDOUT, () => {})
  for (const line of lines) sink.write(`${Buffer.from(line, 'utf8').toString('latin1')}\n`)
  sink.flush()
}
