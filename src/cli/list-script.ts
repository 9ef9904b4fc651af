/**
 * `borescope -l SCRIPT` and `-l -e PROGRAM`: the attach points of a script, as patterns to list.
 */
import { readFileSync } from 'node:fs'
import { formatDiagnostic } from '../base/diagnostic.ts'
import { UsageError } from '../base/errors.ts'
import { sourceText } from '../base/source-text.ts'
import { CSection } from '../frontend/bpftrace/parser/c-section.ts'
import { parseScript } from '../frontend/bpftrace/parser/script.ts'
import { headersOf } from '../session/script/headers.ts'
import type { CommandLineOptions } from './command-line.ts'

/** Where the text of a script is. */
export type ScriptPlace = { readonly program: string } | { readonly file: string }

/** The patterns, in order, without what only says how often a probe fires. Throws `UsageError` for text that is no script. */
export function patternsOf(place: ScriptPlace, options: CommandLineOptions): readonly string[] {
  const source = 'program' in place ? sourceText('stdin', place.program) : sourceText(place.file, readFileSync(place.file, 'utf8'))
  const parsed = parseScript(source, { c: new CSection(headersOf(source.name, options)) })
  if ('diagnostic' in parsed) throw new UsageError(formatDiagnostic(parsed.diagnostic))
  return parsed.script.probes.flatMap(({ attachPoints }) =>
    attachPoints.map(({ parts }) => {
      const words = parts.map(({ text }) => text)
      return COUNTED.has(words[0] ?? '') ? words.slice(0, 2).join(':') : words.join(':')
    }),
  )
}

const COUNTED: ReadonlySet<string> = new Set(['interval', 'i', 'profile', 'p', 'software', 's', 'hardware', 'h'])
