/**
 * Numbers in attach points: integer literals with or without a sign.
 */
import { parseIntegerLiteral } from '../integer-literal.ts'

/** The number that a part of an attach point is, or what is wrong with it. */
export function parseNumber(text: string): bigint | string {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (!/^\d/.test(digits)) return `invalid integer: ${text}`
  const literal = parseIntegerLiteral(digits)
  if ('value' in literal) return sign === '-' ? -literal.value : literal.value
  return /suffix|octal|literal:/.test(literal.problem) ? `invalid trailing bytes: ${text}` : literal.problem
}
