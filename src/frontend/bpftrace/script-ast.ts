/**
 * The syntax tree of a script down to the bodies of its probes, which are `ast.ts`.
 */
import type { SourceText, Span } from '../../base/source-text.ts'
import type { CTypes } from '../c/c-types.ts'
import type { Block, Expression, Spanned, Unsupported } from './ast.ts'

/** A whole script. */
export interface Script {
  readonly source: SourceText
  /** Of the C part at its head. */
  readonly cTypes: CTypes
  readonly config: readonly ConfigEntry[]
  readonly probes: readonly ProbeBlock[]
  readonly maps: readonly MapDeclaration[]
  readonly macros: readonly MacroDefinition[]
  /** Top-level items that are not compiled yet: functions, imports. */
  readonly unsupported: readonly Unsupported[]
}

/** `let @name = kind(maxEntries);`. */
export interface MapDeclaration extends Spanned {
  readonly name: string
  readonly kind: string
  readonly maxEntries: bigint
}

/** `macro name(parameters) { ... }`. */
export interface MacroDefinition extends Spanned {
  readonly name: string
  readonly parameters: readonly MacroParameter[]
  readonly body: Block
  /** From `macro` to the end of the name. */
  readonly headSpan: Span
}
/** `$v` takes a variable, `@m` a map, both as themselves; a name takes any expression. */
export interface MacroParameter extends Spanned {
  readonly kind: 'variable' | 'map' | 'expression'
  /** With the `$` or `@`. */
  readonly name: string
}

/** `key = value;` of the config block. */
export interface ConfigEntry extends Spanned {
  readonly key: string
  readonly value: string | bigint | boolean
  readonly valueSpan: Span
}

/** A probe: where it is attached, when its body runs, and the body. */
export interface ProbeBlock extends Spanned {
  readonly attachPoints: readonly AttachPointNode[]
  readonly predicate?: Expression
  readonly body: Block
}

/** One attach point, split on `:` outside quotes; positional parameters are replaced and quotes are taken off. */
export interface AttachPointNode extends Spanned {
  readonly parts: readonly AttachPointPart[]
}
/** A part between colons, and where it stands. */
export interface AttachPointPart extends Spanned {
  readonly text: string
}
