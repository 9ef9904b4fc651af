/**
 * Puts an object together from a checked script: lowers and compiles each program, and adds the maps that they need.
 */

import type { SourceText } from '../../../base/source-text.ts'
import type { PassObserver } from '../../../compiler/compile-function.ts'
import { compileProgram } from '../../../compiler/compile-program.ts'
import type { IrFunction } from '../../../compiler/ir/ir.ts'
import type { PidNamespace } from '../../../compiler/lowering/current-task.ts'
import { TooLarge } from '../../../compiler/too-large.ts'
import type { InstructionSet } from '../../../spec/instruction-set.ts'
import { LOSS_MAP_SPEC } from '../../../spec/loss-counts.ts'
import { CGROUP_MAP, EVENTS_MAP, LOSS_MAP, type MapSpec } from '../../../spec/map-spec.ts'
import type { ObjectSpec } from '../../../spec/object-spec.ts'
import type { ProgramSpec } from '../../../spec/program-spec.ts'
import type { RecordSpec } from '../../../spec/record-spec.ts'
import { STACK_SIZE, stacksMap } from '../../../spec/stack-layout.ts'
import type { TypeSource } from '../../../spec/type-source.ts'
import { UNWIND_MAP_SPECS } from '../../../spec/unwind-layout.ts'
import type { FrameDetail } from '../../../spec/value.ts'
import type { CTypes } from '../../c/c-types.ts'
import type { CheckedScript } from '../check/check-script.ts'
import type { CheckedUnit } from '../check/checker.ts'
import type { ScriptConfig } from '../config.ts'
import type { ProgramUnit } from '../probes/expand.ts'
import type { Report } from '../report.ts'
import { type MapPlan, planMap } from './map-plan.ts'
import { defaultRingSize, type SentRecords } from './ring-size.ts'
import { lowerUnit, type ScriptLowering } from './unit-lowering.ts'

/** What an object is built from, beside the checked script. */
export interface BuildOptions {
  readonly source: SourceText
  readonly config: ScriptConfig
  readonly typeSource: TypeSource
  readonly cTypes: CTypes
  readonly parameters: readonly string[]
  readonly possibleCpus: number
  readonly instructionSet?: InstructionSet
  readonly pid?: number
  readonly pidNamespace?: PidNamespace
  readonly cgroupPath?: string
  readonly walksByTables?: () => boolean
  /** Bytes of the ring buffer, a power of two. */
  readonly ringBufferSize: number | undefined
  readonly onFunction?: (fn: IrFunction) => void
  readonly onPass?: PassObserver
}

/** Lowers and compiles all programs of a checked script. Reports those that are too large, and leaves them out. */
export function buildObject(checked: CheckedScript, options: BuildOptions, report: Report): ObjectSpec {
  const plans = new Map([...checked.maps].map(([name, symbol]) => [name, planMap(symbol, options.config)] as const))
  const records: RecordSpec[] = []
  const required: MapSpec[] = []
  const lowering: ScriptLowering = {
    ...options,
    plans,
    cgroup: options.cgroupPath === undefined ? 'all' : 'filtered',
    requireMap: (spec) => void required.push(spec),
    addRecord: (action, layout) => records.push({ id: records.length, layout, action }) - 1,
  }
  const sent: SentRecords[] = []
  const compiled = checked.units.flatMap((unit) => {
    const first = records.length
    const units = compileUnit(unit, { lowering, options, report })
    sent.push({ unit: unit.unit, records: records.slice(first) })
    return units
  })
  const maps = [
    ...userMaps(plans),
    ...ownMaps(options, sent),
    ...stackMaps(checked),
    ...unwindMaps(records),
    ...required,
    ...compiled.flatMap((one) => one.maps),
  ]
  const programs = compiled.map((one) => one.program)
  return {
    license: options.config.license,
    maps: uniqueMaps(maps),
    programs,
    records,
    sites: siteNames(checked.units),
    frameDetail: frameDetailOf(options.config),
  }
}

function frameDetailOf({ showDebugInfo, cppDemangle }: ScriptConfig): FrameDetail {
  return { show: showDebugInfo ? 'lines' : 'names', names: cppDemangle ? 'demangled' : 'mangled' }
}

interface CompiledUnit {
  readonly program: ProgramSpec
  readonly maps: readonly MapSpec[]
}

function compileUnit(
  checked: CheckedUnit,
  with_: { readonly lowering: ScriptLowering; readonly options: BuildOptions; readonly report: Report },
): CompiledUnit[] {
  const { unit } = checked
  const { options } = with_
  const fn = lowerUnit(checked, with_.lowering)
  options.onFunction?.(fn)
  try {
    const { onPass, instructionSet } = options
    const { maps, ...code } = compileProgram(fn, { lossMap: LOSS_MAP, instructionSet, ...(onPass === undefined ? {} : { onPass }) })
    return [{ program: { name: unit.name, type: unit.context.programType, ...code, attach: unit.attach, source: options.source }, maps }]
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error
    reportTooLarge(unit, error, with_.report)
    return []
  }
}

function reportTooLarge({ block }: ProgramUnit, { message, hint }: TooLarge, report: Report): void {
  const span = block.attachPoints[0]?.span ?? block.body.span
  report.error({ code: 'program-too-large', span, message: `this probe is too large: ${message}`, hint })
}

function userMaps(plans: ReadonlyMap<string, MapPlan>): MapSpec[] {
  return [...plans.values()].map((plan) => plan.spec)
}

function ownMaps({ ringBufferSize, cgroupPath }: BuildOptions, sent: readonly SentRecords[]): MapSpec[] {
  const maxEntries = ringBufferSize ?? defaultRingSize(sent)
  const events: MapSpec = { name: EVENTS_MAP, kind: 'ringbuf', keySize: 0, valueSize: 0, maxEntries }
  const cgroup: MapSpec = { name: CGROUP_MAP, kind: 'cgroup_array', keySize: 4, valueSize: 4, maxEntries: 1, cgroupPath: cgroupPath ?? '' }
  return cgroupPath === undefined ? [events, LOSS_MAP_SPEC] : [events, LOSS_MAP_SPEC, cgroup]
}

/** Stacks that differ are kept until the end, however many; memory is taken as they come (BPF_F_NO_PREALLOC). */
const MOST_STACKS = 131_072
const NO_PREALLOC = 1

/** A map for each depth of stacks that the script takes. */
function stackMaps({ units }: CheckedScript): MapSpec[] {
  const types = units.flatMap((unit) => [...unit.types.values()].map(({ type }) => type))
  const depths = new Set(types.flatMap((type) => (type.kind === 'stack' ? [type.depth] : [])))
  return [...depths].map((depth) => ({
    name: stacksMap(depth),
    kind: 'hash',
    keySize: STACK_SIZE,
    valueSize: depth * 8,
    maxEntries: MOST_STACKS,
    flags: NO_PREALLOC,
  }))
}

/** The tables, where a program looks into them. */
function unwindMaps(records: readonly RecordSpec[]): readonly MapSpec[] {
  return records.some(({ action }) => action.kind === 'unknown-code') ? UNWIND_MAP_SPECS : []
}

/** Programs may name the same scratch map. */
function uniqueMaps(maps: readonly MapSpec[]): MapSpec[] {
  return [...new Map(maps.map((map) => [map.name, map])).values()]
}

function siteNames(units: readonly CheckedUnit[]): Map<bigint, string> {
  const sites = units.flatMap(({ unit }) => unit.context.uprobe?.sites ?? [])
  return new Map(sites.map((site) => [site.cookie, site.symbol]))
}
