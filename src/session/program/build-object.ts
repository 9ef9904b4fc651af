/**
 * From a program's parts to the `ObjectSpec` at the waist: resolves what the probes are attached to, captures and compiles
 * their functions, and declares the maps.
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { UsageError } from '../../base/errors.ts'
import { type CompiledProbe, compileProbe, type ProbeInput } from '../../frontend/typescript/compile-probe.ts'
import { findOwnPidNamespace } from '../../kernel/procfs/pid-namespace.ts'
import type { InstructionSet } from '../../spec/instruction-set.ts'
import { LOSS_MAP_SPEC } from '../../spec/loss-counts.ts'
import { LOSS_MAP, type MapSpec } from '../../spec/map-spec.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { TypeSource } from '../../spec/type-source.ts'
import { type CapturedFunction, captureFunctions } from '../capture/capture-functions.ts'
import { resolverOf } from './bindings.ts'
import { type Brand, brandOf, type ProbeDescription } from './brand.ts'
import { type FoundPlace, findPlace } from './find-place.ts'
import { isMap, mapsOf } from './map-specs.ts'
import { ProgramError } from './program-error.ts'

/** The parts of a program, by the names that the session will have them under. */
export type Parts = Readonly<Record<string, object>>

/** A compiled program. */
export interface BuiltProgram {
  readonly object: ObjectSpec
  /** Programs of the object by the name of their probe. */
  readonly probes: ReadonlyMap<string, readonly string[]>
}

/** Names that the session has for itself. */
const RESERVED = new Set([LOSS_MAP, 'detach', 'close', 'then'])

/** How to compile. */
export interface BuildOptions {
  /** v3 when absent. */
  readonly instructionSet?: InstructionSet | undefined
  /** Whether the probes may change what they trace. */
  readonly unsafe?: boolean | undefined
}

/** Compiles a program. Throws `UsageError` for parts or targets that make no sense, `ProgramError` for mistakes in the functions. */
export function buildProgram(parts: Parts, types: TypeSource, { instructionSet, unsafe = false }: BuildOptions = {}): BuiltProgram {
  const brands = Object.entries(parts).map(([name, part]) => ({ name, part, brand: checkedBrand(name, part) }))
  const probes = brands.flatMap(({ name, brand }) => (brand.kind === 'probe' ? [{ name, probe: brand.probe }] : []))
  const targets = probes.map(({ name, probe }) => findPlace(name, probe, types))
  const captured = captureFunctions(probes.map(({ probe }) => probe.body))
  const names = new Map<unknown, string>(brands.map(({ name, part }) => [part, name]))
  const compiled = probes.map(({ name, probe }, index) =>
    compileProbe({
      ...inputOf({ name, probe, target: targets[index]!, captured: captured[index]!, parts: names, unsafe }),
      instructionSet,
    }),
  )
  const diagnostics: Diagnostic[] = compiled.flatMap((probe) => probe.diagnostics)
  if (diagnostics.length > 0) throw new ProgramError(diagnostics)
  return {
    object: objectOf(
      brands.flatMap(({ name, brand }) => mapsOf(name, brand)),
      compiled,
    ),
    probes: new Map(probes.map(({ name }, index) => [name, compiled[index]?.programs.map((program) => program.name) ?? []])),
  }
}

interface Compilation {
  readonly name: string
  readonly probe: ProbeDescription
  readonly target: FoundPlace
  readonly captured: CapturedFunction
  readonly parts: ReadonlyMap<unknown, string>
  readonly unsafe: boolean
}
function inputOf({ name, probe, target, captured, parts, unsafe }: Compilation): ProbeInput {
  const { text, source, locate } = captured
  const resolve = resolverOf(captured, parts)
  const pidNamespace = findOwnPidNamespace()
  return {
    name,
    text,
    source,
    locate,
    resolve,
    ...target,
    unsafe,
    ...(probe.pid === undefined ? {} : { pid: probe.pid }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
  }
}

function objectOf(maps: readonly MapSpec[], compiled: readonly CompiledProbe[]): ObjectSpec {
  return {
    license: 'GPL',
    maps: [...maps, LOSS_MAP_SPEC, ...compiled.flatMap((probe) => probe.maps)],
    programs: compiled.flatMap((probe) => probe.programs),
    records: [],
    sites: new Map(),
  }
}

function checkedBrand(name: string, part: object): Brand {
  const brand = brandOf(part)
  if (RESERVED.has(name)) throw new UsageError(`a part cannot be called ${name}: the session has a member of that name`)
  if (brand !== undefined && (brand.kind === 'probe' || isMap(brand))) return brand
  throw new UsageError(`${name} is not a part of a program`, {
    remedy: 'parts are made by array, hash and their kin, global, ringbuf, uprobe, tracepoint and their kin',
  })
}
