/**
 * The one-way order of `layers.json`: no import upward or sideways, nothing of Node, FFI or a clock in the pure layers,
 * and the FFI package in one file. Tests are exempt: a front-end's tests may run what stands above it.
 */
import type { Finding } from './finding.ts'
import { findLayer, isPure, type Layers, mayImport } from './layers.ts'
import { type ImportEdge, isTest, lineAt, lineText, type Node, type SourceFile, walk } from './source-file.ts'

/** Globals that make a file depend on the process or on when it runs. */
const IMPURE_GLOBALS = new Set(['process', 'performance', 'Date', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate'])

/** Every import and global of `src/` that the layers forbid. */
export function checkLayers(files: readonly SourceFile[], layers: Layers): Finding[] {
  return files.filter((file) => file.path.startsWith('src/') && !isTest(file.path)).flatMap((file) => checkFile(file, layers))
}

function checkFile(file: SourceFile, layers: Layers): Finding[] {
  const layer = findLayer(layers, file.path)
  if (layer === undefined) return [{ file: file.path, message: 'belongs to no layer; name its folder in layers.json' }]
  const imports = file.imports.flatMap((edge) => {
    const problem = importProblem(file, edge, layers)
    return problem === undefined ? [] : [finding(file, edge.line, problem)]
  })
  return isPure(layers, layer) ? [...imports, ...impureGlobals(file, layer)] : imports
}

function importProblem(file: SourceFile, edge: ImportEdge, layers: Layers): string | undefined {
  const layer = findLayer(layers, file.path) ?? ''
  const { package: ffi, only } = layers.ffi
  if (isPackage(edge.specifier, ffi) && file.path !== `src/${only}`) return `only src/${only} may import ${ffi}`
  if (edge.specifier.startsWith('node:') && isPure(layers, layer)) return `${layer} is a pure layer and may not import ${edge.specifier}`
  if (edge.target === undefined) return undefined
  const target = findLayer(layers, edge.target)
  if (target === undefined) return `${edge.target} belongs to no layer`
  return mayImport(layers, layer, target) ? undefined : `${layer} may not import ${target} (layers.json)`
}

function impureGlobals(file: SourceFile, layer: string): Finding[] {
  const nodes = [...walk(file.program as unknown as Node)]
  const declared = new Set(nodes.flatMap(declaredNames))
  const used = nodes.flatMap(usedGlobals).filter(({ name }) => IMPURE_GLOBALS.has(name) && !declared.has(name))
  return used.map(({ name, start }) => finding(file, lineAt(file.text, start), `${layer} is a pure layer and may not use ${name}`))
}

/** What is used as a value through a member, a call or `new`: enough to catch a clock, and blind to types and keys. */
function usedGlobals(node: Node): { name: string; start: number }[] {
  const head = node.type === 'MemberExpression' ? node.object : node.type.match(/^(Call|New)Expression$/) ? node.callee : undefined
  const identifier = head as Node | undefined
  if (identifier?.type !== 'Identifier' || isDateOfArguments(node, identifier)) return []
  return [{ name: String(identifier.name), start: node.start }]
}

/** `new Date(ms)` and `Date.UTC(...)` compute from what they are given; they read no clock. */
function isDateOfArguments(node: Node, identifier: Node): boolean {
  if (identifier.name !== 'Date') return false
  if (node.type === 'NewExpression') return (node.arguments as Node[]).length > 0
  return node.type === 'MemberExpression' && ['UTC', 'parse'].includes(String((node.property as Node).name))
}

function declaredNames(node: Node): string[] {
  const bound = [node.id, node.local, ...((node.params as unknown[] | undefined) ?? []), ...bindingParts(node)]
  return bound.flatMap((one) => ((one as Node | null | undefined)?.type === 'Identifier' ? [String((one as Node).name)] : []))
}

function bindingParts(node: Node): unknown[] {
  if (node.type === 'ObjectPattern') return (node.properties as Node[]).map((property) => property.value)
  if (node.type === 'ArrayPattern') return node.elements as unknown[]
  return node.type === 'AssignmentPattern' ? [node.left] : []
}

function isPackage(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`)
}

function finding(file: SourceFile, line: number, message: string): Finding {
  return { file: file.path, line, message, excerpt: lineText(file.text, line) }
}
