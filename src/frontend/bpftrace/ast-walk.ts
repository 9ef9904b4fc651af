/**
 * Walks over all expressions of a probe, for questions that need no types: which builtins and calls does it use?
 */
import type { Block, Expression, Statement, VariableExpression } from './ast.ts'
import type { ProbeBlock } from './script-ast.ts'

/** Calls `visit` for every expression of a probe, its predicate included. */
function visitExpressions(probe: ProbeBlock, visit: (expression: Expression) => void): void {
  if (probe.predicate !== undefined) visitExpression(probe.predicate, visit)
  visitBlock(probe.body, visit)
}

/** Names of all builtins and calls that a probe uses. */
export function namesUsed(probe: ProbeBlock): ReadonlySet<string> {
  const names = new Set<string>()
  visitExpressions(probe, (expression) => {
    if (expression.kind === 'identifier' || expression.kind === 'call') names.add(expression.name)
  })
  return names
}

/** The variables that a block names, in order. */
export function variablesIn(block: Block): VariableExpression[] {
  const found: VariableExpression[] = []
  visitBlock(block, (expression) => {
    if (expression.kind === 'variable') found.push(expression)
  })
  return found
}

/** True when some statement of a probe may run more than once. */
export function hasLoops(probe: ProbeBlock): boolean {
  const isLoop = ({ kind }: Statement): boolean => kind === 'while' || kind === 'for' || kind === 'unroll'
  const contains = (block: Block): boolean => block.statements.some((statement) => isLoop(statement) || blocksOf(statement).some(contains))
  if (contains(probe.body)) return true
  let found = false
  visitExpressions(probe, (expression) => {
    if (expression.kind === 'block-value' && contains(expression.body)) found = true
  })
  return found
}

/** The expressions directly inside an expression. */
function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'map':
      return expression.key === undefined ? [] : [expression.key]
    case 'call':
      return expression.arguments
    case 'unary':
    case 'cast':
    case 'field':
    case 'comptime':
      return [expression.operand]
    case 'index':
      return [expression.operand, expression.index]
    case 'increment':
      return [expression.target]
    case 'binary':
      return [expression.left, expression.right]
    case 'ternary':
      return [expression.condition, ...(expression.then === undefined ? [] : [expression.then]), expression.otherwise]
    case 'tuple':
      return expression.items
    case 'sizeof':
    case 'offsetof':
      return 'expression' in expression.of ? [expression.of.expression] : []
    default:
      return []
  }
}

function visitExpression(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression)
  if (expression.kind === 'block-value') visitBlock(expression.body, visit)
  for (const child of childrenOf(expression)) visitExpression(child, visit)
}

function visitBlock(block: Block, visit: (expression: Expression) => void): void {
  for (const statement of block.statements) visitStatement(statement, visit)
}

function visitStatement(statement: Statement, visit: (expression: Expression) => void): void {
  for (const expression of expressionsOf(statement)) visitExpression(expression, visit)
  for (const block of blocksOf(statement)) visitBlock(block, visit)
}

function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'expression':
      return [statement.expression]
    case 'let':
    case 'return':
      return statement.value === undefined ? [] : [statement.value]
    case 'assign':
      return [statement.target, statement.value]
    case 'discard':
      return [statement.value]
    case 'if':
    case 'while':
      return [statement.condition]
    case 'unroll':
      return [statement.count]
    case 'for':
      return [statement.over, ...(statement.end === undefined ? [] : [statement.end])]
    default:
      return []
  }
}

function blocksOf(statement: Statement): readonly Block[] {
  switch (statement.kind) {
    case 'if': {
      const { then, otherwise } = statement
      if (otherwise === undefined) return [then]
      return [then, 'kind' in otherwise ? { statements: [otherwise], span: otherwise.span } : otherwise]
    }
    case 'unroll':
    case 'while':
    case 'for':
    case 'block':
      return [statement.body]
    default:
      return []
  }
}
