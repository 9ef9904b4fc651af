/**
 * From the text of a function, as `Function.prototype.toString` gives it, to its syntax tree. JavaScript's own grammar is
 * acorn's business; here is only which functions can be probes.
 */
import { type ArrowFunctionExpression, type FunctionExpression, type Node, parseExpressionAt } from 'acorn'
import type { Problem } from './lowering.ts'
import { unsupported } from './problems.ts'

/** The function of a probe. */
export type ProbeFunction = ArrowFunctionExpression | FunctionExpression

/** The function, or what keeps the text from being one. */
export type ParseResult = { readonly function: ProbeFunction } | { readonly problem: Problem; readonly at: Pick<Node, 'start' | 'end'> }

/**
 * Parses the text of a probe function, or with `offset` of one that is called by it: then places are counted from there on, and it may
 * have any parameters.
 */
export function parseFunction(text: string, offset?: number): ParseResult {
  const whole = { start: 0, end: text.length }
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) return { problem: noText, at: whole }
  if (METHOD.test(text)) return { problem: methodProblem, at: { start: 0, end: text.indexOf('(') } }
  try {
    // Parsed where its places are: blanks cost less than a walk over the tree.
    if (offset !== undefined) return acceptFunction(parseExpressionAt(' '.repeat(offset) + text, offset, { ecmaVersion: 2024 }))
    const accepted = acceptFunction(parseExpressionAt(text, 0, { ecmaVersion: 2024 }))
    const second = 'function' in accepted ? accepted.function.params[1] : undefined
    return second === undefined ? accepted : { problem: tooManyParameters, at: second }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { problem: syntaxError(error.message), at: at(error) }
  }
}

/** `name() { ... }` or `get name() { ... }` of an object literal or class. */
const METHOD = /^(?!(?:async\s+)?function\b)(?:(?:async|get|set|static)\s+)*\*?\s*[\p{ID_Continue}$#]+\s*\([^)]*\)\s*\{/u

function acceptFunction(node: Node): ParseResult {
  const { type } = node
  if (type !== 'ArrowFunctionExpression' && type !== 'FunctionExpression') return { problem: notAFunction, at: node }
  const found = node as ProbeFunction
  if (found.async || found.generator) return { problem: unsupported('an async or generator function', 'write () => { ... }'), at: node }
  return { function: found }
}

function at(error: SyntaxError): Pick<Node, 'start' | 'end'> {
  const start = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0
  return { start, end: start + 1 }
}

const methodProblem = unsupported('a method', 'write it as an arrow function: () => { ... }')
const noText: Problem = {
  code: 'no-source-text',
  message: 'this function has no source text, because it is bound or native',
  hint: 'pass an arrow function',
}
const syntaxError = (message: string): Problem => ({
  code: 'syntax-error',
  message: `the text of this function cannot be parsed: ${message.replace(/ \(\d+:\d+\)$/, '')}`,
})
const notAFunction: Problem = { code: 'not-a-function', message: 'a probe is a function' }
const tooManyParameters: Problem = {
  code: 'too-many-parameters',
  message: 'a probe function has one parameter, the context',
  hint: 'arguments of the probed function are ctx.arg(0), ctx.arg(1), ...',
}
