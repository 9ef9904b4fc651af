/**
 * Whether a captured variable is ever assigned to after its declaration. The keyword does not tell: bundlers write `var` for
 * `const`. So the script is parsed, the scope that declares the name found, and the assignments in it looked for.
 */
import { type Node, parse } from 'acorn'

interface Walk {
  readonly name: string
  readonly position: number
}

/** True when `name`, as it is seen at `position` of the script, is assigned to outside of its declaration. */
export function findReassignment(script: string, { name, position }: Walk): boolean {
  if (!mayAssign(script, name)) return false
  const program = parseScript(script)
  if (program === undefined) return false
  const path = enclosing(program, position)
  const owner = path.findLast((node) => declares(node, name)) ?? program
  return assigns(owner, name)
}

/** A cheap look first: parsing a bundle takes tens of milliseconds. */
function mayAssign(script: string, name: string): boolean {
  const word = name.replace(/\$/g, '\\$')
  const writes = new RegExp(
    `(?<![\\w$.])${word}\\s*(?:(?:\\*\\*|[-+*/%&|^]|<<|>>>?|&&|\\|\\||\\?\\?)?=(?![=>])|\\+\\+|--)|(?:\\+\\+|--)\\s*${word}(?![\\w$])`,
    'g',
  )
  const declarations = new RegExp(`(?:const|let|var|,)\\s+${word}\\s*=(?![=>])`, 'g')
  const patterns = new RegExp(`[\\[{,:]\\s*${word}\\s*(?:=[^=>][^\\]},]*)?[\\]},]`)
  const writeCount = script.match(writes)?.length ?? 0
  const declarationCount = script.match(declarations)?.length ?? 0
  return writeCount > Math.min(declarationCount, 1) || (patterns.test(script) && /[\]}]\s*=(?![=>])|\bof\b|\bin\b/.test(script))
}

function parseScript(script: string): Node | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(script, {
        ecmaVersion: 'latest',
        sourceType,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
        allowHashBang: true,
      })
    } catch {
      // Tried as the other kind next. A script that is neither cannot have compiled.
    }
  }
  return undefined
}

/** The nodes around a position, outermost first. */
function enclosing(root: Node, position: number): Node[] {
  const path = [root]
  for (let node: Node | undefined = root; node !== undefined; ) {
    node = childrenOf(node).find((child) => child.start <= position && position < child.end)
    if (node !== undefined) path.push(node)
  }
  return path
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []))
}
function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as Node).type === 'string' && typeof (value as Node).start === 'number'
  )
}

type AnyNode = Node & { readonly [key: string]: unknown }

/** True when `node` is the scope in which `name` is declared. */
function declares(node: Node, name: string): boolean {
  const { params, body } = node as AnyNode
  if (Array.isArray(params) && params.some((parameter) => namesIn(parameter).includes(name))) return true
  const statements = Array.isArray(body) ? body : []
  return (
    [...statements, ...loopHead(node as AnyNode)].some((statement) => declaredBy(statement).includes(name)) ||
    hoisted(node as AnyNode).includes(name)
  )
}
function loopHead({ init, left }: AnyNode): Node[] {
  return [init, left].filter(isNode)
}
function declaredBy(statement: Node): string[] {
  const { type, declarations, id, declaration } = statement as AnyNode
  if (isNode(declaration)) return declaredBy(declaration)
  if (type === 'VariableDeclaration' && Array.isArray(declarations)) return declarations.flatMap((declarator) => namesIn(declarator.id))
  return /^(Function|Class)Declaration$/.test(type) && isNode(id) ? namesIn(id) : []
}
/** `var`s anywhere in a function belong to the function. */
function hoisted(node: AnyNode): string[] {
  if (!Array.isArray(node.params) && node.type !== 'Program') return []
  const names: string[] = []
  const visit = (child: Node): void => {
    const { type, kind } = child as AnyNode
    if (type === 'VariableDeclaration' && kind === 'var') names.push(...declaredBy(child))
    if (!/Function/.test(type)) for (const next of childrenOf(child)) visit(next)
  }
  for (const child of childrenOf(node)) visit(child)
  return names
}
function namesIn(pattern: Node): string[] {
  const node = pattern as AnyNode
  if (node.type === 'Identifier') return [String(node.name)]
  if (node.type === 'Property') return isNode(node.value) ? namesIn(node.value) : []
  if (node.type === 'AssignmentPattern' && isNode(node.left)) return namesIn(node.left)
  if (node.type === 'MemberExpression') return []
  return childrenOf(node).flatMap(namesIn)
}

/** True when something in `owner` assigns to its `name`; inner scopes that declare their own are left out. */
function assigns(owner: Node, name: string): boolean {
  const visit = (node: Node): boolean => {
    if (node !== owner && declares(node, name)) return false
    return isWrite(node as AnyNode, name) || childrenOf(node).some(visit)
  }
  return visit(owner)
}
function isWrite(node: AnyNode, name: string): boolean {
  if (node.type === 'AssignmentExpression' && isNode(node.left)) return namesIn(node.left).includes(name)
  if (node.type === 'UpdateExpression' && isNode(node.argument)) return namesIn(node.argument).includes(name)
  return (
    /^For(In|Of)Statement$/.test(node.type) &&
    isNode(node.left) &&
    node.left.type !== 'VariableDeclaration' &&
    namesIn(node.left).includes(name)
  )
}
