/**
 * Block scopes of scratch variables (section 1.13 of the language reference).
 */
import type { Span } from '../../../base/source-text.ts'
import type { VariableExpression } from '../ast.ts'
import type { Report } from '../report.ts'
import type { StaticType } from './static-type.ts'
import type { VariableOrigin, VariableSymbol } from './symbols.ts'

/** Names that can be seen at one point of a program. Symbols outlive rounds of checking: one per declaring node. */
export class Scopes {
  readonly #report: Report
  readonly #declared: Map<VariableExpression, VariableSymbol>
  /** Where variables are declared that have no value yet. */
  readonly #unassigned = new Map<VariableSymbol, Span>()
  #stack: Map<string, VariableSymbol>[] = [new Map()]

  constructor(report: Report, declared: Map<VariableExpression, VariableSymbol>) {
    this.#report = report
    this.#declared = declared
  }

  /** Runs `body` in a block of its own. */
  within(body: () => void): void {
    this.#stack.push(new Map())
    body()
    this.#stack.pop()
  }

  /** The variable that a name stands for when it is read: what a macro gives no value itself is the variable around it. */
  findForReading(variable: VariableExpression): VariableSymbol | undefined {
    return this.find(variable) ?? this.find({ ...variable, expansion: undefined })
  }

  find(variable: Pick<VariableExpression, 'name'> & { readonly expansion?: number | undefined }): VariableSymbol | undefined {
    const key = keyOf(variable)
    for (let depth = this.#stack.length - 1; depth >= 0; depth--) {
      const symbol = this.#stack[depth]?.get(key)
      if (symbol !== undefined) return symbol
    }
    return undefined
  }

  /** Notes that a variable was declared without a value; `span` is the declaration up to its name. */
  expectAssignment(symbol: VariableSymbol, span: Span): void {
    this.#unassigned.set(symbol, span)
  }

  /** Notes that a variable is given a value, on whatever path. */
  noteAssignment(symbol: VariableSymbol): void {
    this.#unassigned.delete(symbol)
  }

  /** Warns of a use of a variable that nothing was assigned to before. */
  warnIfUnassigned(symbol: VariableSymbol, span: Span): void {
    if (!this.#unassigned.has(symbol)) return
    this.#report.warning({ code: 'used-unassigned', span, message: `Variable used before it was assigned: ${symbol.name}` })
  }

  /** Warns of the variables that nothing was assigned to, when all is checked. */
  warnOfUnassigned(): void {
    for (const [{ name }, span] of this.#unassigned) {
      this.#report.warning({ code: 'never-assigned', span, message: `Variable ${name} was never assigned to.` })
    }
  }

  /** Declares a variable in the current block; complains when it would shadow another. */
  declare(variable: VariableExpression, origin: VariableOrigin, declaredType?: StaticType): VariableSymbol {
    const other = this.find(variable)
    if (other !== undefined) this.#reportShadowing(variable.name, origin, other)
    const known = this.#declared.get(variable)
    const symbol = known ?? makeSymbol(variable, origin, declaredType)
    this.#declared.set(variable, symbol)
    this.#stack.at(-1)?.set(keyOf(variable), symbol)
    return symbol
  }

  #reportShadowing(name: string, { kind, span }: VariableOrigin, other: VariableSymbol): void {
    const message =
      kind === 'loop'
        ? `Loop declaration shadows existing variable: ${name}`
        : `Variable ${name} was already declared. Variable shadowing is not allowed.`
    const notes = [{ span: other.origin.span, message: `This is the ${ORIGINS[other.origin.kind]}.` }]
    this.#report.error({ code: 'variable-shadowed', span, message, notes })
  }
}

/** A variable of a macro is another one for each use of the macro. */
function keyOf({ name, expansion }: Parameters<Scopes['find']>[0]): string {
  return expansion === undefined ? name : `${name} ${expansion}`
}

const ORIGINS = { declaration: 'initial declaration', assignment: 'initial assignment', loop: 'loop variable' } as const

function makeSymbol({ name }: VariableExpression, origin: VariableOrigin, declaredType: StaticType | undefined): VariableSymbol {
  const typed = declaredType === undefined ? {} : { type: declaredType, declaredType }
  return { name, origin, ...typed }
}
