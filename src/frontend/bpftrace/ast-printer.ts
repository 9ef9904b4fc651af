/**
 * Prints a syntax tree for `-d ast`: one node a line, indented by depth.
 */
import { fromByteString } from '../../spec/byte-string.ts'
import type { Expression } from './ast.ts'
import type { Script } from './script-ast.ts'

/** The tree as text, without a trailing newline. */
export function printScript(script: Script): string {
  const lines: string[] = []
  for (const entry of script.config) lines.push(`config ${entry.key} = ${entry.value}`)
  for (const probe of script.probes) {
    lines.push(`probe ${probe.attachPoints.map((point) => point.parts.map((part) => part.text).join(':')).join(', ')}`)
    if (probe.predicate !== undefined) lines.push(' predicate', ...printNode(probe.predicate, 2))
    for (const statement of probe.body.statements) lines.push(...printNode(statement, 1))
  }
  return lines.join('\n')
}

/** Keys that hold places, or that are shown on the node's own line. */
const HIDDEN = ['kind', 'span', 'nameSpan', 'valueSpan']

function printNode(node: object, depth: number): string[] {
  const scalars: string[] = []
  const children: string[] = []
  for (const [key, value] of Object.entries(node)) {
    if (HIDDEN.includes(key)) continue
    if (typeof value === 'object' && value !== null) children.push(...printChild(key, value, depth + 1))
    else scalars.push(typeof value === 'string' && isText(node, key) ? JSON.stringify(fromByteString(value)) : String(value))
  }
  return [`${' '.repeat(depth)}${[kindOf(node), ...scalars].join(' ')}`, ...children]
}

/** A child stands under its role; the only child of an expression needs none. */
function printChild(role: string, value: object, depth: number): string[] {
  const items: readonly object[] = Array.isArray(value) ? value : 'statements' in value ? (value.statements as object[]) : [value]
  const labelled = items.length > 0 && ['then', 'otherwise', 'condition', 'key', 'type'].includes(role)
  if (!labelled) return items.flatMap((item) => printNode(item, depth))
  return [`${' '.repeat(depth)}${role}`, ...items.flatMap((item) => printNode(item, depth + 1))]
}

function kindOf(node: object): string {
  return 'kind' in node ? String(node.kind) : ''
}

function isText(node: object, key: string): boolean {
  return key === 'value' && (node as Expression).kind === 'string'
}
