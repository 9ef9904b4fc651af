/**
 * The kernel's side of the waist: an `ObjectSpec` goes in, maps and programs of the kernel come out, or nothing does.
 * Attaching is a step of its own (`KernelObject.attach`), in the order that the session wants.
 */
import { InternalError } from '../../base/errors.ts'
import type { ResolvedReference } from '../../format/asm/encode.ts'
import type { Reference } from '../../format/asm/instruction.ts'
import type { Executor, LoadOptions } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { kernelBtf } from '../btf/kernel-btf.ts'
import { type Features, kernelFeatures } from '../features/features.ts'
import { KernelMap } from '../maps/kernel-map.ts'
import { type LoadedProgram, loadProgram, type ProgramEnvironment } from '../programs/load-program.ts'
import { closeAll } from '../sys/fd.ts'
import { kernelInstructionSet } from './instruction-set.ts'
import { KernelObject } from './kernel-object.ts'
import { type LoadedBtf, loadBtf } from './load-btf.ts'
import { requireEnabled, requireFeatures } from './requirements.ts'

/** Choices for an executor. */
export interface KernelExecutorOptions {
  /** Features to treat as missing (`--no-feature`). An unknown name is a `UsageError`. */
  readonly disabledFeatures?: readonly string[]
}

/** An `Executor` whose objects also answer what only the kernel can tell. */
export interface KernelExecutor extends Executor {
  readonly features: Features
  load(object: ObjectSpec, options: LoadOptions): KernelObject
}

/** An executor on the running kernel. Asks nothing of the kernel before a compiler or `load` wants to know. */
export function createKernelExecutor(options: KernelExecutorOptions = {}): KernelExecutor {
  const features = kernelFeatures(options.disabledFeatures)
  return {
    features,
    instructionSet: kernelInstructionSet(features),
    walksByTables: () => features.has('stack_tables'),
    load: (object, loadOptions) => loadObject(object, loadOptions, features),
  }
}

function loadObject(object: ObjectSpec, options: LoadOptions, features: Features): KernelObject {
  requireEnabled(object, features)
  const maps = new Map<string, KernelMap>()
  const programs = new Map<string, LoadedProgram>()
  const btf = loadBtf(object, features)
  const uprobes = hasUprobes(object) && features.has('uprobe_multi') ? 'uprobe_multi' : 'perf_event'
  const environment: ProgramEnvironment = {
    license: object.license,
    resolve: (reference) => resolveReference(reference, maps, options.constants),
    uprobes,
    maySleep: () => features.has('sleepable_uprobe'),
    kindOf: (name) => maps.get(name)?.spec.kind,
    kernelBtf,
    btf: btf && { fd: btf.fd, programs: btf.programs },
    log: options.verifierLog ?? 'on-error',
    logSize: options.verifierLogSize,
  }
  try {
    for (const spec of object.maps) maps.set(spec.name, new KernelMap(spec, features, typesOf(btf, spec.name)))
    for (const spec of object.programs) programs.set(spec.name, loadProgram(spec, environment))
    return new KernelObject({ maps, programs, features, uprobes })
  } catch (error) {
    closeAll([...programs.values()].map((program) => program.fd))
    closeAll([...maps.values()])
    requireFeatures(object, features)
    throw error
  } finally {
    btf?.fd.close()
  }
}

function typesOf(btf: LoadedBtf | undefined, map: string) {
  const types = btf?.maps.get(map)
  return btf && types && { fd: btf.fd.number, ...types }
}

/** A script without uprobes does not wait for the feature to be tried. */
function hasUprobes(object: ObjectSpec): boolean {
  return object.programs.some((program) => program.attach.some((point) => point.kind === 'uprobe'))
}

function resolveReference(
  reference: Reference,
  maps: ReadonlyMap<string, KernelMap>,
  constants: ReadonlyMap<string, bigint>,
): ResolvedReference {
  if (reference.kind === 'constant') {
    const value = constants.get(reference.name)
    if (value === undefined) throw new InternalError(`constant ${reference.name} has no value`)
    return { pseudo: 0, value }
  }
  const map = maps.get(reference.map)
  if (map === undefined) throw new InternalError(`the object has no map called ${reference.map}`)
  const fd = BigInt(map.fd.number)
  if (reference.kind === 'map') return { pseudo: 1, value: fd }
  return { pseudo: 2, value: fd | (BigInt(reference.offset) << 32n) }
}
