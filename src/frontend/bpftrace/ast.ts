/**
 * Statements and expressions of a tracing script: readonly unions, every node with the span it came from. Constructs that are parsed
 * but not compiled yet have nodes too, so that the check can name them. Grammar: section 1 of the language reference.
 */
import type { Span } from '../../base/source-text.ts'
import type { IntType } from '../../spec/types/type.ts'

/** What stands somewhere in a script. */
export interface Spanned {
  readonly span: Span
}

/** A construct of the language that is recognised and not compiled yet; `feature` completes "... is not supported yet". */
export interface Unsupported extends Spanned {
  readonly kind: 'unsupported'
  readonly feature: string
}

/** Statements between braces: a scope of variables. */
export interface Block extends Spanned {
  readonly statements: readonly Statement[]
}

/** `=`, and the operators that combine it with another. */
export type AssignmentOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>='

/** What stands in a block. */
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

/** An expression for its effect, or as the value of its block. The span holds the `;` behind it, if there is one. */
export interface ExpressionStatement extends Spanned {
  readonly kind: 'expression'
  readonly expression: Expression
  /** True with a `;` behind it. */
  readonly closed: boolean
}
/** `let $x: type = value`; type and value may be absent. */
export interface LetStatement extends Spanned {
  readonly kind: 'let'
  readonly variable: VariableExpression
  readonly type?: TypeNode
  readonly value?: Expression
}
/** An assignment to a variable or a map entry. */
export interface AssignStatement extends Spanned {
  readonly kind: 'assign'
  readonly operator: AssignmentOperator
  /** From the operator to the end of the value. */
  readonly operationSpan: Span
  readonly target: VariableExpression | MapExpression
  readonly value: Expression
}
/** `_ = e;` */
export interface DiscardStatement extends Spanned {
  readonly kind: 'discard'
  readonly value: Expression
}
/** `if`, with `else` or `else if` where there is one. */
export interface IfStatement extends Spanned {
  readonly kind: 'if'
  readonly condition: Expression
  readonly then: Block
  readonly otherwise?: Block | IfStatement
}
/** `unroll (n)`: the body n times. */
export interface UnrollStatement extends Spanned {
  readonly kind: 'unroll'
  readonly count: Expression
  readonly body: Block
}
/** `while (c)`. */
export interface WhileStatement extends Spanned {
  readonly kind: 'while'
  readonly condition: Expression
  readonly body: Block
}
/** `for ($kv : @map)` or `for ($i : a..b)`. */
export interface ForStatement extends Spanned {
  readonly kind: 'for'
  readonly variable: VariableExpression
  readonly over: Expression
  /** Present for `a..b`. */
  readonly end?: Expression
  readonly body: Block
}
/** `break` or `continue`. */
export interface JumpStatement extends Spanned {
  readonly kind: 'break' | 'continue'
}
/** `return`, with a value or without. */
export interface ReturnStatement extends Spanned {
  readonly kind: 'return'
  readonly value?: Expression
}
/** A block by itself. */
export interface BlockStatement extends Spanned {
  readonly kind: 'block'
  readonly body: Block
}

/** Prefix operators other than `++`, `--` and casts. */
export type UnaryOperator = '-' | '!' | '~' | '*' | '&'
/** Binary operators, the assignments not among them. */
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

/** What has a value. */
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
  | SizeofExpression
  | OffsetofExpression
  | BlockExpression
  | TypeofExpression
  | ComptimeExpression
  | Unsupported

/** A number; a minus sign before a literal is part of it. */
export interface IntegerExpression extends Spanned {
  readonly kind: 'integer'
  readonly value: bigint
  /** Of an enumerator. */
  readonly type?: IntType
}
/** A string literal. */
export interface StringExpression extends Spanned {
  readonly kind: 'string'
  /** One character (0..255) a byte; text beyond ASCII is UTF-8. */
  readonly value: string
}
/** `true` or `false`. */
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
/** A scratch variable. */
export interface VariableExpression extends Spanned {
  readonly kind: 'variable'
  /** With the `$`. */
  readonly name: string
  /** Which use of a macro it belongs to; absent outside macros. Variables of different uses are different ones. */
  readonly expansion?: number
}
/** `@m` or `@m[key]`; several keys are one tuple. */
export interface MapExpression extends Spanned {
  readonly kind: 'map'
  /** With the `@`. */
  readonly name: string
  readonly key?: Expression
}
/** A function with arguments, or a builtin written with parentheses. */
export interface CallExpression extends Spanned {
  readonly kind: 'call'
  readonly name: string
  readonly nameSpan: Span
  readonly arguments: readonly Expression[]
}
/** A prefix operator. */
export interface UnaryExpression extends Spanned {
  readonly kind: 'unary'
  readonly operator: UnaryOperator
  readonly operand: Expression
}
/** `++` or `--` before or behind its target. */
export interface IncrementExpression extends Spanned {
  readonly kind: 'increment'
  readonly operator: '++' | '--'
  readonly position: 'prefix' | 'postfix'
  readonly target: VariableExpression | MapExpression
}
/** Two operands and what combines them. */
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
/** `(type)e`. */
export interface CastExpression extends Spanned {
  readonly kind: 'cast'
  readonly type: TypeNode
  /** The type with its parentheses. */
  readonly typeSpan: Span
  readonly operand: Expression
}
/** `.name`, `->name`, or `.N` of a tuple. */
export interface FieldExpression extends Spanned {
  readonly kind: 'field'
  readonly operand: Expression
  readonly name: string
  readonly nameSpan: Span
}
/** `e[i]`. */
export interface IndexExpression extends Spanned {
  readonly kind: 'index'
  readonly operand: Expression
  readonly index: Expression
}
/** `(a, b)`, or the record `(x = a, y = b)`. */
export interface TupleExpression extends Spanned {
  readonly kind: 'tuple'
  /** What the items of a record are called. */
  readonly names?: readonly string[]
  readonly items: readonly Expression[]
}

/** `{ ...; value }`: statements, and what the last of them is worth. `if` as a value is a choice between two of them. */
export interface BlockExpression extends Spanned {
  readonly kind: 'block-value'
  readonly body: Block
}

/** `sizeof(type)` or `sizeof(e)`. */
export interface SizeofExpression extends Spanned {
  readonly kind: 'sizeof'
  readonly of: TypeOrExpression
}
/** `offsetof(type, a.b)` or `offsetof(e, a.b)`. */
export interface OffsetofExpression extends Spanned {
  readonly kind: 'offsetof'
  readonly of: TypeOrExpression
  readonly path: readonly { readonly name: string; readonly span: Span }[]
}
/** `typeof(...)` as an argument of a macro, which uses it as a type; `typeinfo(...)`, what there is to say about it. */
export interface TypeofExpression extends Spanned {
  readonly kind: 'typeof' | 'typeinfo'
  readonly of: TypeOrExpression
}
/** `comptime e`: its value has to be known when the script is compiled; `if comptime` leaves the other way out. */
export interface ComptimeExpression extends Spanned {
  readonly kind: 'comptime'
  readonly operand: Expression
}
/** What is asked about: a type, or the type of an expression, which is not evaluated. */
export type TypeOrExpression = { readonly type: TypeNode } | { readonly expression: Expression }

/** A type as written: its base name (`uint64`, `struct foo`) and its modifiers, read left to right. */
export interface TypeNode extends Spanned {
  /** `typeof` where `of` says what it is the type of. */
  readonly name: string
  readonly of?: TypeOrExpression
  readonly modifiers: readonly TypeModifier[]
}
/** `*`, or `[N]` (`[]` has no size). */
export type TypeModifier = { readonly kind: 'pointer' } | { readonly kind: 'array'; readonly size?: number }
