/**
 * `probe` and `probetype`: names of the place, as text. A program that uses `probe` is expanded per place.
 */
import { plain } from '../check/static-type.ts'
import { stringConstant } from '../lower/string-constant.ts'
import type { ProbeContext } from '../probes/probe-kind.ts'
import type { Builtin } from './builtin.ts'

/** `probe`: the full name of the place. */
export const probe = textOf((context) => context.probeName)
/** `probetype`: the kind of probe. */
export const probetype = textOf(({ provider }) => (provider === 'begin' || provider === 'end' ? 'special' : provider))

function textOf(text: (context: ProbeContext) => string): Builtin {
  return {
    check: ({ unit }) => plain({ kind: 'string', size: stringConstant(text(unit.context)).length }),
    lower: ({ builder, unit }) => ({
      kind: 'deferred',
      write: ({ pointer, offset }) => {
        const bytes = stringConstant(text(unit.context))
        bytes.store(builder, pointer, offset)
      },
    }),
  }
}
