/**
 * The macros of a script by name. Several may have one name, when they differ in the number or the kinds of their parameters.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Expression } from '../ast.ts'
import type { Report } from '../report.ts'
import type { MacroDefinition, MacroParameter } from '../script-ast.ts'
import { complainOfJumps } from './jumps.ts'

/** A use of a macro. */
export interface MacroUse {
  readonly name: string
  readonly arguments: readonly Expression[]
  readonly span: Span
}

/** All macros of a script; complains about those that cannot be. */
export class MacroTable {
  readonly #byName = new Map<string, MacroDefinition[]>()

  constructor(macros: readonly MacroDefinition[], report: Report) {
    for (const macro of macros) {
      complainOfTwins(macro, report)
      complainOfJumps(macro, report)
      const others = this.#byName.get(macro.name) ?? []
      const original = others.find((other) => signatureOf(other) === signatureOf(macro))
      if (original !== undefined) complainOfRedefinition(macro, original, report)
      this.#byName.set(macro.name, [...others, macro])
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  /** The macro that takes these arguments: of several the one that names most of their kinds. */
  find({ name, arguments: given }: MacroUse): MacroDefinition | undefined {
    const fitting = (this.#byName.get(name) ?? []).filter(
      ({ parameters }) => parameters.length === given.length && parameters.every((parameter, index) => takes(parameter, given[index])),
    )
    return fitting.sort((a, b) => namedKinds(b) - namedKinds(a))[0]
  }

  /** Says why no macro takes these arguments. */
  complainOf({ name, arguments: given, span }: MacroUse, report: Report): void {
    const distance = ({ parameters }: MacroDefinition) => Math.abs(parameters.length - given.length)
    const [closest] = [...(this.#byName.get(name) ?? [])].sort((a, b) => distance(a) - distance(b))
    if (closest === undefined) return
    const message = `Call to ${name}() has arguments that do not match any definition.`
    report.error({ code: 'macro-mismatch', span, message, notes: reasons(closest, given) })
  }
}

function reasons({ name, parameters, headSpan }: MacroDefinition, given: readonly Expression[]) {
  if (parameters.length !== given.length) {
    const counts = `Expected: ${parameters.length} but got ${given.length}`
    return [{ span: headSpan, message: `The closest definition of ${name}() has a different number of arguments. ${counts}` }]
  }
  return parameters.flatMap((parameter, index) => {
    const argument = given[index]
    if (argument === undefined || takes(parameter, argument)) return []
    const found = { variable: 'a variable', map: 'a map', expression: 'an expression' }[kindOf(argument)]
    const message = `Mismatched arg. ${name}() expects a ${parameter.kind} for arg ${parameter.name} but got ${found}.`
    return [
      { span: argument.span, message },
      { span: parameter.span, message: 'This is the argument in the closest definition.' },
    ]
  })
}

function takes({ kind }: MacroParameter, argument: Expression | undefined): boolean {
  return kind === 'expression' || (argument !== undefined && kindOf(argument) === kind)
}

function kindOf(argument: Expression): MacroParameter['kind'] {
  if (argument.kind === 'variable') return 'variable'
  return argument.kind === 'map' && argument.key === undefined ? 'map' : 'expression'
}

function namedKinds({ parameters }: MacroDefinition): number {
  return parameters.filter(({ kind }) => kind !== 'expression').length
}

function signatureOf({ parameters }: MacroDefinition): string {
  return parameters.map(({ kind }) => kind).join()
}

function complainOfTwins({ parameters }: MacroDefinition, report: Report): void {
  const names = new Set<string>()
  for (const { name, span } of parameters) {
    if (names.has(name)) report.error({ code: 'macro-twins', span, message: `Ident for macro argument has already been used: ${name}` })
    names.add(name)
  }
}

function complainOfRedefinition({ name, headSpan }: MacroDefinition, original: MacroDefinition, report: Report): void {
  const notes = [{ span: original.headSpan, message: 'This is the original definition.' }]
  report.error({ code: 'macro-redefined', span: headSpan, message: `Redefinition of macro: ${name}`, notes })
}
