/**
 * The functions that an address is in by debug information: what was inlined there, innermost first, and at last the function
 * itself, each with its line.
 */
import type { DebugInfo } from '../debug-info.ts'
import { type Die, originsOf } from '../die.ts'
import { lineTableOf } from '../lines/line-table.ts'
import { findUnit } from '../unit-at.ts'
import { nameOf } from '../unit-tables.ts'
import { linkageNameOf } from './debug-function.ts'
import { findFunctionIn } from './function-at.ts'
import { findInlinedCall } from './inlined-calls.ts'

/** A function around an address. */
export interface SourceFrame {
  /** As in the source, without namespaces; empty when it has none. */
  readonly name: string
  /** What the linker calls it, where that is another name. */
  readonly linkageName: string | undefined
  /** Undefined where debug information has none for the address. */
  readonly file: string | undefined
  readonly line: number | undefined
}

/**
 * The functions around an address, innermost first: all but the last were inlined into the next. When no function is described there, one
 * without a name if the address has a line, else none. Throws `FormatError`.
 */
export function findSourceFrames(info: DebugInfo, address: bigint): readonly SourceFrame[] {
  const unit = findUnit(info, address)
  if (unit === undefined) return []
  const table = lineTableOf(unit)
  let place: Pick<SourceFrame, 'file' | 'line'> = table?.find(address) ?? { file: undefined, line: undefined }
  const of = findFunctionIn(unit, address)
  if (of === undefined) return place.line === undefined ? [] : [{ name: '', linkageName: undefined, ...pick(place) }]
  const frames: SourceFrame[] = []
  for (let call = findInlinedCall(of, address); call !== undefined; call = call.caller) {
    frames.push({ ...namesOf(call.die), ...pick(place) })
    place = { file: call.file === undefined ? undefined : table?.fileAt(call.file), line: call.line || undefined }
  }
  return [...frames, { ...namesOf(of), ...pick(place) }]
}

function pick({ file, line }: Pick<SourceFrame, 'file' | 'line'>): Pick<SourceFrame, 'file' | 'line'> {
  return { file, line }
}

function namesOf(die: Die): Pick<SourceFrame, 'name' | 'linkageName'> {
  return { name: nameOf(die) ?? '', linkageName: linkageNameOf(originsOf(die)) }
}
