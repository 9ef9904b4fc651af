/**
 * Puts the bodies of macros in the place of their calls (section 1.11 of the language reference). A body is a block that is a value; its
 * own variables are new ones in each place, and maps come in as arguments only.
 */
import type { Span } from '../../../base/source-text.ts'
import type { BlockExpression, CallExpression, Expression, IdentifierExpression, TypeNode, TypeOrExpression } from '../ast.ts'
import { type Copying, copyFields, copyTree, type Node } from '../ast-node.ts'
import { blockValue } from '../block-value.ts'
import { isBuiltinName } from '../builtin-names.ts'
import type { Report } from '../report.ts'
import type { MacroDefinition, Script } from '../script-ast.ts'
import { MacroTable, type MacroUse } from './macro-table.ts'

/** The script without macros. */
export function expandMacros(script: Script, report: Report): Script {
  if (script.macros.length === 0) return script
  const expander = new Expander(new MacroTable(script.macros, report), report)
  return { ...script, macros: [], probes: script.probes.map((probe) => expander.copy(probe, OUTSIDE)) }
}

/** Where a piece of text is being put. */
interface Place {
  /** What the parameters of the macro stand for. */
  readonly bindings: ReadonlyMap<string, Expression>
  /** The macros that are being expanded, and the use that brought here; absent outside macros. */
  readonly callers: readonly string[]
  readonly use?: { readonly id: number; readonly span: Span }
}
const OUTSIDE: Place = { bindings: new Map(), callers: [] }

class Expander {
  readonly #table: MacroTable
  readonly #report: Report
  #uses = 0

  constructor(table: MacroTable, report: Report) {
    this.#table = table
    this.#report = report
  }

  copy<T>(tree: T, place: Place): T {
    return copyTree(tree, this.#copying(place))
  }

  #copying(place: Place): Copying {
    const { use } = place
    return {
      place: (span) => (use === undefined ? span : { ...span, expandedFrom: use.span }),
      replace: (node) => this.#replace(node, place),
    }
  }

  #replace(node: Node, place: Place): unknown {
    if ('modifiers' in node) return this.#type(node as TypeNode, place)
    const expression = node as Expression
    switch (expression.kind) {
      case 'variable':
      case 'map':
        return place.use === undefined ? undefined : this.#named(expression, place)
      case 'identifier':
        return this.#identifier(expression, place)
      case 'call':
        return this.#call(expression, place)
      case 'sizeof':
      case 'offsetof':
      case 'typeof':
      case 'typeinfo':
        return this.#question(expression, expression.of, place)
      default:
        return undefined
    }
  }

  /** A variable or a map of a macro: one of its parameters, a variable of its own, or a map that it must not touch. */
  #named(node: Extract<Expression, { kind: 'variable' | 'map' }>, place: Place): Expression {
    const { name, span } = node
    const bound = place.bindings.get(name)
    const copy = copyFields(node, this.#copying(place))
    if (bound?.kind === 'variable') return { ...bound, span: copy.span }
    if (bound?.kind === 'map') return { ...copy, name: bound.name }
    if (node.kind === 'variable') return { ...copy, expansion: place.use?.id ?? 0 } as Expression
    const message = `Unhygienic access to map: ${name}. Maps must be passed into the macro as arguments.`
    this.#report.error({ code: 'unhygienic-map', span: this.#copying(place).place(span), message })
    return copy
  }

  #identifier(node: IdentifierExpression, place: Place): Expression | undefined {
    const bound = place.bindings.get(node.name)
    const span = this.#copying(place).place(node.span)
    if (bound !== undefined) return pasted(bound, span)
    if (!this.#table.has(node.name) || isBuiltinName(node.name)) return undefined
    return this.#expand({ name: node.name, arguments: [], span }, place)
  }

  #call(node: CallExpression, place: Place): Expression | undefined {
    if (!this.#table.has(node.name)) return undefined
    const copy = copyFields(node, this.#copying(place))
    return this.#expand(copy, place) ?? copy
  }

  /** What a macro is worth here. Undefined, with a complaint, when no macro takes the arguments. */
  #expand(use: MacroUse, { callers }: Place): BlockExpression | undefined {
    const macro = this.#table.find(use)
    if (macro === undefined) {
      this.#table.complainOf(use, this.#report)
      return undefined
    }
    if (callers.includes(macro.name)) {
      const message = `Recursive macro call detected. Call chain: ${[...callers, macro.name].join(' > ')}`
      this.#report.error({ code: 'macro-recursion', span: use.span, message })
      return undefined
    }
    const place: Place = { bindings: bind(macro, use), callers: [...callers, macro.name], use: { id: ++this.#uses, span: use.span } }
    return this.copy(blockValue(macro.body), place)
  }

  /** A name in the place of a type may be a parameter that stands for one. */
  #type(node: TypeNode, place: Place): TypeNode | undefined {
    if (node.of !== undefined) return this.#question(node, node.of, place)
    const bound = place.bindings.get(node.name)
    if (bound === undefined) return undefined
    if (bound.kind === 'typeof') return { ...copyFields(node, this.#copying(place)), name: 'typeof', of: this.copy(bound.of, OUTSIDE) }
    const message = `Invalid replacement for macro '${place.callers.at(-1)}' type parameter '${node.name}' which makes up the type '${node.name}'`
    this.#report.error({ code: 'macro-type', span: bound.span, message })
    return undefined
  }

  #question<T extends TypeNode | Expression>(node: T, of: TypeOrExpression, place: Place): T {
    return { ...copyFields({ ...node, of: undefined }, this.#copying(place)), of: this.#asked(of, place) }
  }

  /** A name in the place of a type may be a parameter that stands for an expression. */
  #asked(of: TypeOrExpression, place: Place): TypeOrExpression {
    const bound = 'type' in of && of.type.modifiers.length === 0 ? place.bindings.get(of.type.name) : undefined
    if (bound === undefined || bound.kind === 'typeof') return this.copy(of, place)
    return { expression: pasted(bound, this.#copying(place).place((of as { readonly type: TypeNode }).type.span)) }
  }
}

function bind({ parameters }: MacroDefinition, { arguments: given }: MacroUse): ReadonlyMap<string, Expression> {
  return new Map(parameters.map(({ name }, index) => [name, given[index] as Expression]))
}

/** An argument stands where it was written, and was put where its parameter is. */
function pasted(argument: Expression, span: Span): Expression {
  return copyTree(argument, { place: (own) => ({ ...own, expandedFrom: span }), replace: () => undefined })
}
