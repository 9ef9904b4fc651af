/**
 * The scopes of a script, as far as one question needs them: which node declares a name that is seen at a place. Everything
 * is worked out on demand and kept, because a bundle has a hundred thousand nodes and few of them matter.
 */
import { type Node, parse } from 'acorn'

type AnyNode = Node & { readonly [key: string]: unknown }

/** A parsed script. */
export class ScriptScopes {
  readonly #root: Node
  readonly #children = new WeakMap<Node, readonly Node[]>()
  readonly #declared = new WeakMap<Node, ReadonlySet<string>>()

  /** Throws `SyntaxError` when the text is neither a module nor a script. */
  constructor(text: string) {
    this.#root = parseScript(text)
  }

  /** The nodes around a position, outermost first. */
  pathTo(position: number): Node[] {
    const path: Node[] = []
    for (let node: Node | undefined = this.#root; node !== undefined; node = this.#childAt(node, position)) path.push(node)
    return path
  }
  /** Index in `path` of the innermost node that declares `name`; -1 when none does. */
  ownerOf(path: readonly Node[], name: string): number {
    return path.findLastIndex((node) => this.#namesOf(node).has(name))
  }

  #childAt(node: Node, position: number): Node | undefined {
    return this.#childrenOf(node).find((child) => child.start <= position && position < child.end)
  }
  #childrenOf(node: Node): readonly Node[] {
    const known = this.#children.get(node)
    if (known !== undefined) return known
    const children = childrenOf(node)
    this.#children.set(node, children)
    return children
  }
  #namesOf(node: Node): ReadonlySet<string> {
    const known = this.#declared.get(node)
    if (known !== undefined) return known
    const names = new Set(declaredIn(node as AnyNode))
    this.#declared.set(node, names)
    return names
  }
}

function parseScript(text: string): Node {
  const options = { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true, allowHashBang: true } as const
  try {
    return parse(text, { ...options, sourceType: 'module' })
  } catch {
    return parse(text, { ...options, sourceType: 'script' }) // with, octal literals and other things that modules do not have
  }
}

/** Names that a node is the scope of. */
function declaredIn(node: AnyNode): string[] {
  const { type, params, body, init, left, param, id } = node
  const own = /^(Function|Class)Expression$/.test(type) && isNode(id) ? namesIn(id) : []
  if (Array.isArray(params)) return [...own, ...params.flatMap(namesIn), ...hoistedIn(node)]
  if (type === 'Program') return [...statementsOf(body).flatMap(declaredBy), ...hoistedIn(node)]
  if (type === 'BlockStatement' || type === 'StaticBlock') return statementsOf(body).flatMap(declaredBy)
  if (type === 'SwitchStatement')
    return nodesOf(node.cases).flatMap((branch) => statementsOf((branch as AnyNode).consequent).flatMap(declaredBy))
  if (type === 'CatchClause') return isNode(param) ? namesIn(param) : []
  if (/^For(In|Of)?Statement$/.test(type)) return [init, left].filter(isNode).flatMap(declaredBy)
  return own
}

function statementsOf(body: unknown): Node[] {
  return nodesOf(body)
}
function declaredBy(statement: Node): string[] {
  const { type, declarations, id, declaration, specifiers } = statement as AnyNode
  if (isNode(declaration)) return declaredBy(declaration)
  if (type === 'ImportDeclaration') return nodesOf(specifiers).flatMap((specifier) => namesIn((specifier as AnyNode).local as Node))
  if (type === 'VariableDeclaration') return nodesOf(declarations).flatMap((declarator) => namesIn((declarator as AnyNode).id as Node))
  return /^(Function|Class)Declaration$/.test(type) && isNode(id) ? namesIn(id) : []
}
/** `var`s anywhere in a function belong to the function. */
function hoistedIn(node: Node): string[] {
  const names: string[] = []
  const pending = childrenOf(node)
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { type, kind } = next as AnyNode
    if (type === 'VariableDeclaration' && kind === 'var') names.push(...declaredBy(next))
    // Expressions hold no declarations but in functions, which keep their own.
    if (/Statement$|^SwitchCase$|^CatchClause$/.test(type) && type !== 'ExpressionStatement') pending.push(...childrenOf(next))
  }
  return names
}

/** Names that a pattern binds or assigns to. */
export function namesIn(pattern: Node): string[] {
  const node = pattern as AnyNode
  switch (node.type) {
    case 'Identifier':
      return [String(node.name)]
    case 'Property':
      return isNode(node.value) ? namesIn(node.value) : []
    case 'AssignmentPattern':
      return isNode(node.left) ? namesIn(node.left) : []
    case 'RestElement':
      return isNode(node.argument) ? namesIn(node.argument) : []
    case 'ObjectPattern':
      return nodesOf(node.properties).flatMap(namesIn)
    case 'ArrayPattern':
      return nodesOf(node.elements).flatMap(namesIn)
    default:
      return []
  }
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  for (const key in node) {
    const value = (node as AnyNode)[key]
    if (Array.isArray(value)) children.push(...nodesOf(value))
    else if (isNode(value)) children.push(value)
  }
  return children
}
function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}
function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}
