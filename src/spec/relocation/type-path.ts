/**
 * The paths of relocations: a name, then members (`.name`), members behind pointers (`->name`) and elements (`[3]`).
 */
import { InternalError } from '../../base/errors.ts'

/** One step from a type to a part of it. */
export type PathStep = { readonly kind: 'member' | 'pointed'; readonly name: string } | { readonly kind: 'element'; readonly index: number }

/** A path, taken apart. */
export interface TypePath {
  readonly root: string
  readonly steps: readonly PathStep[]
}

const ROOT = /^[A-Za-z_]\w*/
const STEP = /^(?:(\.|->)([A-Za-z_]\w*)|\[(\d+)\])/

/** Takes a path apart. Throws `InternalError` for what is none: front-ends make paths of names that they have checked. */
export function parseTypePath(path: string): TypePath {
  const root = ROOT.exec(path)?.[0]
  if (root === undefined) throw new InternalError(`no path of a type: ${path}`)
  const steps: PathStep[] = []
  for (let rest = path.slice(root.length); rest !== ''; ) {
    const match = STEP.exec(rest)
    if (match === null) throw new InternalError(`no path of a type: ${path}`)
    const [text, operator, name = '', index] = match
    if (index === undefined) steps.push({ kind: operator === '.' ? 'member' : 'pointed', name })
    else steps.push({ kind: 'element', index: Number(index) })
    rest = rest.slice(text.length)
  }
  return { root, steps }
}
