/**
 * Names that the C part of a script defines: enumerators, and macros whose text is an expression.
 */
import { NO_C_TYPES } from '../../c/c-types.ts'
import type { Expression } from '../ast.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import { TokenStream } from './token-stream.ts'

/** Parses a whole expression; handed in, since expressions and operands hold each other. */
export type ExpressionParser = (stream: TokenStream) => Expression

/** An enumerator or a macro of the C part; undefined for other names. */
export function definedName(
  { definitions }: TokenStream,
  expression: ExpressionParser,
  { name, span }: { readonly name: string; readonly span: Expression['span'] },
): Expression | undefined {
  const enumerator = definitions?.types.enumerators.get(name)
  if (enumerator !== undefined) return { kind: 'integer', value: enumerator.value, type: enumerator.type, span }
  const text = definitions?.macroText(name)
  if (text === undefined) return undefined
  const stream = new TokenStream(text)
  // Macros are replaced in the text already; what is left of their names are names.
  stream.definitions = { types: definitions?.types ?? NO_C_TYPES, macroText: () => undefined }
  try {
    const value = expression(stream)
    return stream.peek().kind === 'end' ? placedAt(value, span) : undefined
  } catch (error) {
    // What it stands for is no value; the name is looked for elsewhere.
    if (error instanceof SyntaxFailure) return undefined
    throw error
  }
}

/** True for a name that the C part defines. */
export function isDefinedName({ definitions }: TokenStream, name: string): boolean {
  return definitions !== undefined && (definitions.types.enumerators.has(name) || definitions.macroText(name) !== undefined)
}

/** A copy of an expression that stands at one place of the script, whatever text it was parsed from. */
function placedAt(expression: Expression, span: Expression['span']): Expression {
  const place = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(place)
    if (typeof value !== 'object' || value === null || value instanceof Map) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, /^(span|.*Span)$/.test(key) && inner !== undefined ? span : place(inner)]),
    )
  }
  return place(expression) as Expression
}
