/**
 * Whether a captured variable is ever assigned to after its declaration. The keyword does not tell: bundlers write `var` and
 * `let` for `const`. So the places where the script writes to the name are looked for, and which variable they write to.
 */
import type { Node } from 'acorn'
import { namesIn, ScriptScopes } from './script-scopes.ts'

/** Answers for one script; parses it when first in doubt. */
export class Reassignments {
  readonly #text: string
  #scopes: ScriptScopes | undefined

  constructor(text: string) {
    this.#text = text
  }

  /** True when `name`, as it is seen at `position`, is assigned to outside of its declaration. */
  isReassigned(name: string, position: number): boolean {
    const places = placesOf(this.#text, name)
    if (!places.some((place) => looksWritten(this.#text, place, name))) return false
    this.#scopes ??= new ScriptScopes(this.#text)
    const scopes = this.#scopes
    const path = scopes.pathTo(position)
    const owner = path[scopes.ownerOf(path, name)]
    return places.some((place) => {
      const written = scopes.pathTo(place)
      return isWrite(written, name) && written[scopes.ownerOf(written, name)] === owner
    })
  }
}

/** Offsets at which `name` stands as a word. */
function placesOf(text: string, name: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    if (!isWordPart(text[at - 1]) && !isWordPart(text[at + name.length]) && !/(?<!\.\.)\.$/.test(text.slice(Math.max(0, at - 3), at)))
      places.push(at)
  }
  return places
}
function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\p{ID_Continue}$#]/u.test(character)
}

/** A cheap look first, since parsing a bundle takes a tenth of a second: could this be a write that is not a declaration? */
function looksWritten(text: string, place: number, name: string): boolean {
  const before = text.slice(Math.max(0, place - 40), place)
  const after = text.slice(place + name.length, place + name.length + 40)
  if (/(\+\+|--)\s*$/.test(before) || /^\s*(\+\+|--)/.test(after)) return true
  if (/^\s*(\*\*|[-+*/%&|^]|<<|>>>?|&&|\|\||\?\?)=(?!=)/.test(after)) return true
  if (/^\s*=(?![=>])/.test(after)) return !/\b(const|let|var)\s+$/.test(before)
  // The element of a pattern, or the variable of a loop.
  return /[[{(,:]\s*$|\.\.\.$/.test(before) && /^\s*(=[^=>]|[\]},]|of\b|in\b)/.test(after) && /[\]}]\s*=(?![=>])|\bof\b|\bin\b/.test(text)
}

type AnyNode = Node & { readonly left?: Node; readonly argument?: Node }

/** True when the innermost statement-like node around the name assigns to it. */
function isWrite(path: readonly Node[], name: string): boolean {
  for (const node of path.toReversed() as AnyNode[]) {
    if (node.type === 'AssignmentExpression') return node.left !== undefined && covers(node.left, path) && namesIn(node.left).includes(name)
    if (node.type === 'UpdateExpression') return node.argument !== undefined && namesIn(node.argument).includes(name)
    if (/^For(In|Of)Statement$/.test(node.type)) {
      return (
        node.left !== undefined && node.left.type !== 'VariableDeclaration' && covers(node.left, path) && namesIn(node.left).includes(name)
      )
    }
    if (!/^(Identifier|Property|AssignmentPattern|RestElement|ObjectPattern|ArrayPattern)$/.test(node.type)) return false
  }
  return false
}
function covers(left: Node, path: readonly Node[]): boolean {
  return path.includes(left)
}
