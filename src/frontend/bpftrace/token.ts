/**
 * The kinds of token of the tracing language. Attach points are not tokens: the parser reads them as raw text.
 */
import type { Span } from '../../base/source-text.ts'

/** Reserved words. */
export const KEYWORDS = [
  'break',
  'comptime',
  'config',
  'continue',
  'else',
  'enum',
  'false',
  'fn',
  'for',
  'if',
  'import',
  'let',
  'macro',
  'offsetof',
  'return',
  'sizeof',
  'struct',
  'true',
  'typeinfo',
  'typeof',
  'union',
  'unroll',
  'while',
] as const
/** A reserved word. */
export type Keyword = (typeof KEYWORDS)[number]

/** Longest first, so that the first that matches is the right one. */
export const PUNCTUATION = [
  '<<=',
  '>>=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<<',
  '>>',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '->',
  '?:',
  '..',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  ':',
  '?',
  '=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '!',
  '~',
  '.',
] as const
/** An operator or mark. */
export type Punctuation = (typeof PUNCTUATION)[number]

/** One token. `text` of a variable or map holds its sigil; that of a string is its value. */
export type Token =
  | { readonly kind: 'keyword'; readonly text: Keyword; readonly span: Span }
  | { readonly kind: 'punctuation'; readonly text: Punctuation; readonly span: Span }
  | { readonly kind: 'identifier' | 'variable' | 'map' | 'string'; readonly text: string; readonly span: Span }
  | { readonly kind: 'integer'; readonly text: string; readonly value: bigint; readonly span: Span }
  | { readonly kind: 'positional'; readonly text: string; readonly index: number; readonly span: Span }
  | { readonly kind: 'positional-count' | 'end'; readonly text: string; readonly span: Span }

/** True when a word is reserved. */
export function isKeyword(word: string): word is Keyword {
  return (KEYWORDS as readonly string[]).includes(word)
}
