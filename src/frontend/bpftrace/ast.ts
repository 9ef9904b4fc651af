/**
 * The syntax tree of a tracing script: readonly unions, every node with the span it came from. Constructs that are parsed
 * but not compiled yet have nodes too, so that the check can name them. Grammar: section 1 of the language reference.
 */
import type { SourceText, Span } from '../../base/source-text.ts'

interface Spanned {
  readonly span: Span
}

/** A whole script. */
export interface Script {
  readonly source: SourceText
  readonly config: readonly ConfigEntry[]
  readonly probes: readonly ProbeBlock[]
  /** Top-level items that are not compiled yet: macros, functions, imports, C definitions, map declarations. */
  readonly unsupported: readonly Unsupported[]
}

/** `key = value;` of the config block. */
export interface ConfigEntry extends Spanned {
  readonly key: string
  readonly value: string | bigint | boolean
  readonly valueSpan: Span
}

/** A construct of the language that is recognised and not compiled yet; `feature` completes "... is not supported yet". */
export interface Unsupported extends Spanned {
  readonly kind: 'unsupported'
  readonly feature: string
}

export interface ProbeBlock extends Spanned {
  readonly attachPoints: readonly AttachPointNode[]
  readonly predicate?: Expression
  readonly body: Block
}

/** One attach point, split on `:` outside quotes; positional parameters are replaced and quotes are taken off. */
export interface AttachPointNode extends Spanned {
  readonly parts: readonly AttachPointPart[]
}
export interface AttachPointPart extends Spanned {
  readonly text: string
}

export interface Block extends Spanned {
  readonly statements: readonly Statement[]
}

export type AssignmentOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>='

export type Statement =
  | ExpressionStatement
  | LetStatement
  | AssignStatement
  | DiscardStatement
  | IfStatement
  | UnrollStatement
  | WhileStatement
  | ForStatement
  | JumpStatement
  | ReturnStatement
  | BlockStatement

export interface ExpressionStatement extends Spanned {
  readonly kind: 'expression'
  readonly expression: Expression
}
export interface LetStatement extends Spanned {
  readonly kind: 'let'
  readonly variable: VariableExpression
  readonly type?: TypeNode
  readonly value?: Expression
}
export interface AssignStatement extends Spanned {
  readonly kind: 'assign'
  readonly operator: AssignmentOperator
  readonly target: VariableExpression | MapExpression
  readonly value: Expression
}
/** `_ = e;` */
export interface DiscardStatement extends Spanned {
  readonly kind: 'discard'
  readonly value: Expression
}
export interface IfStatement extends Spanned {
  readonly kind: 'if'
  readonly condition: Expression
  readonly then: Block
  readonly otherwise?: Block | IfStatement
}
export interface UnrollStatement extends Spanned {
  readonly kind: 'unroll'
  readonly count: Expression
  readonly body: Block
}
export interface WhileStatement extends Spanned {
  readonly kind: 'while'
  readonly condition: Expression
  readonly body: Block
}
export interface ForStatement extends Spanned {
  readonly kind: 'for'
  readonly variable: VariableExpression
  readonly over: Expression
  /** Present for `a..b`. */
  readonly end?: Expression
  readonly body: Block
}
export interface JumpStatement extends Spanned {
  readonly kind: 'break' | 'continue'
}
export interface ReturnStatement extends Spanned {
  readonly kind: 'return'
  readonly value?: Expression
}
export interface BlockStatement extends Spanned {
  readonly kind: 'block'
  readonly body: Block
}

export type UnaryOperator = '-' | '!' | '~' | '*' | '&'
export type BinaryOperator =
  | '||'
  | '&&'
  | '|'
  | '^'
  | '&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'

export type Expression =
  | IntegerExpression
  | StringExpression
  | BooleanExpression
  | IdentifierExpression
  | PositionalExpression
  | PositionalCountExpression
  | VariableExpression
  | MapExpression
  | CallExpression
  | UnaryExpression
  | IncrementExpression
  | BinaryExpression
  | TernaryExpression
  | CastExpression
  | FieldExpression
  | IndexExpression
  | TupleExpression
  | Unsupported

export interface IntegerExpression extends Spanned {
  readonly kind: 'integer'
  readonly value: bigint
}
export interface StringExpression extends Spanned {
  readonly kind: 'string'
  /** One character (0..255) a byte; text beyond ASCII is UTF-8. */
  readonly value: string
}
export interface BooleanExpression extends Spanned {
  readonly kind: 'boolean'
  readonly value: boolean
}
/** A builtin written without parentheses, such as `pid`. */
export interface IdentifierExpression extends Spanned {
  readonly kind: 'identifier'
  readonly name: string
}
/** `$1` */
export interface PositionalExpression extends Spanned {
  readonly kind: 'positional'
  readonly index: number
}
/** `$#` */
export interface PositionalCountExpression extends Spanned {
  readonly kind: 'positional-count'
}
export interface VariableExpression extends Spanned {
  readonly kind: 'variable'
  /** With the `$`. */
  readonly name: string
}
/** `@m` or `@m[key]`; several keys are one tuple. */
export interface MapExpression extends Spanned {
  readonly kind: 'map'
  /** With the `@`. */
  readonly name: string
  readonly key?: Expression
}
export interface CallExpression extends Spanned {
  readonly kind: 'call'
  readonly name: string
  readonly nameSpan: Span
  readonly arguments: readonly Expression[]
}
export interface UnaryExpression extends Spanned {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operand: Expression
}
export interface IncrementExpression extends Spanned {
  readonly kind: 'increment'
  readonly operator: '++' | '--'
  readonly position: 'prefix' | 'postfix'
  readonly target: VariableExpression | MapExpression
}
export interface BinaryExpression extends Spanned {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}
/** `c ? a : b`; `then` is absent for `c ?: b`. */
export interface TernaryExpression extends Spanned {
  readonly kind: 'ternary'
  readonly condition: Expression
  readonly then?: Expression
  readonly otherwise: Expression
}
export interface CastExpression extends Spanned {
  readonly kind: 'cast'
  readonly type: TypeNode
  readonly operand: Expression
}
/** `.name`, `->name`, or `.N` of a tuple. */
export interface FieldExpression extends Spanned {
  readonly kind: 'field'
  readonly operand: Expression
  readonly name: string
  readonly nameSpan: Span
}
export interface IndexExpression extends Spanned {
  readonly kind: 'index'
  readonly operand: Expression
  readonly index: Expression
}
export interface TupleExpression extends Spanned {
  readonly kind: 'tuple'
  readonly items: readonly Expression[]
}

/** A type as written: its base name (`uint64`, `struct foo`) and its modifiers, read left to right. */
export interface TypeNode extends Spanned {
  readonly name: string
  readonly modifiers: readonly TypeModifier[]
}
/** `*`, or `[N]` (`[]` has no size). */
export type TypeModifier = { readonly kind: 'pointer' } | { readonly kind: 'array'; readonly size?: number }
