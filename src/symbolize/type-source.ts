/**
 * The `TypeSource` of a real machine: executables through this folder, tracepoints through whoever reads tracefs. One per
 * run; it keeps the files it opened until it is closed.
 */
import { FormatError, UsageError } from '../base/errors.ts'
import { nearestNames } from '../base/nearest-names.ts'
import { goRelease, goroutineLayout, hasRegisterAbi } from '../format/gosym/runtime-layout.ts'
import { readKernelVersion } from '../kernel/procfs/kernel-version.ts'
import { readMaps } from '../kernel/procfs/processes.ts'
import type { DataSymbol, GoRuntime, Miss, TypeSource, UprobeRequest, UprobeTarget } from '../spec/type-source.ts'
import { createDebugTypes } from './debug-info/debug-types.ts'
import type { Executable } from './executable.ts'
import { ExecutableCache } from './executable-cache.ts'
import { dataNames, findAddressSymbol, isThreadLocal } from './other-symbols.ts'
import { nearestPaths, resolveTarget, type SearchPlaces } from './target-path.ts'
import { type KernelSkill, kernelSkill } from './uprobe-sites/execution.ts'
import { whyFileNotProbeable, whyNotRunning } from './uprobe-sites/file-problems.ts'
import { planSites } from './uprobe-sites/plan-sites.ts'
import { miss, selectFunctions } from './uprobe-target.ts'
import { findUsdt } from './usdt/find-usdt.ts'

/** What knows the kernel: its tracepoints, and what else it can. */
export type KernelSource = Pick<
  TypeSource,
  'findTracepoints' | 'findTracepointFormat' | 'findKernelSymbol' | 'findCgroupId' | 'kernelTypes'
>

/** What a type source asks of the machine; every part has a default. */
export interface TypeSourceOptions {
  /** Without it there are no tracepoints. */
  readonly kernelSource?: KernelSource
  /** Where bare names are looked for; by default `$PATH` and /etc/ld.so.cache. */
  readonly places?: SearchPlaces
  /** How the kernel gets over probed instructions; by default worked out from its version. */
  readonly kernel?: KernelSkill
}

/** A `TypeSource` that holds files open. */
export interface OpenTypeSource extends TypeSource {
  /** The executable that a target names, kept open by the source; or why there is none. Throws `PermissionError`. */
  openExecutable(target: string): Executable | Miss
  /** Closes the files. Twice is fine; asking afterwards opens them again. */
  close(): void
}

/** Creates a type source. The caller closes it. Its methods throw `PermissionError` for files that may not be read. */
export function createTypeSource(options: TypeSourceOptions = {}): OpenTypeSource {
  const cache = new ExecutableCache()
  const targetIndexes = new Map<string, number>()
  const places = options.places ?? { path: process.env.PATH ?? '', libraryCache: '/etc/ld.so.cache' }
  const openExecutable = (target: string) =>
    orMiss(
      () => cache.open(resolveTarget(target, places)),
      () => nearestPaths(target),
    )
  return {
    openExecutable,
    findUprobeTarget: (request) => {
      const executable = openExecutable(request.target)
      if ('kind' in executable) return executable
      const targetIndex = indexOf(targetIndexes, executable.path)
      return orMiss(() => findTarget(executable, request, { targetIndex, kernel: options.kernel ?? kernelSkill(readKernelVersion()) }))
    },
    findUsdt: (request) => {
      const files = request.target === '*' ? mappedFiles(request.pid) : [request.target]
      const facts = { kernel: options.kernel ?? kernelSkill(readKernelVersion()) }
      const answers = files.map((file) => {
        const executable = openExecutable(file)
        if ('kind' in executable) return executable
        return orMiss(() => findUsdt(executable, request, { ...facts, targetIndex: indexOf(targetIndexes, executable.path) }))
      })
      const probes = answers.flatMap((answer) => ('kind' in answer ? [] : answer))
      const [first = miss('No matches for usdt: no process is named by -p')] = answers
      return probes.length > 0 || !('kind' in first) ? probes : first
    },
    findDataSymbol: (target, name) => {
      const executable = openExecutable(target)
      return 'kind' in executable ? executable : orMiss(() => findData(executable, name))
    },
    findTracepoints: () => [],
    findTracepointFormat: () => undefined,
    ...options.kernelSource,
    debugTypes: createDebugTypes(openExecutable),
    close: () => cache.close(),
  }
}

/** The files whose code a process has mapped, each once. */
function mappedFiles(pid: number | undefined): readonly string[] {
  const maps = pid === undefined ? [] : (readMaps(pid) ?? [])
  return [...new Set(maps.map(({ path }) => path))]
}

function findTarget(
  executable: Executable,
  request: UprobeRequest,
  facts: { readonly targetIndex: number; readonly kernel: KernelSkill },
): UprobeTarget | Miss {
  const { path, positionIndependent, isGo } = executable
  const problem = whyFileNotProbeable(path) ?? whyNotRunning(path, request.pid)
  if (problem !== undefined) return miss(problem)
  const selected = selectFunctions(executable, request)
  if ('kind' in selected) return selected
  const { return: isReturn, readsResult = false, walksStack = false } = request
  const { functions, offset, byPattern } = selected
  const planned = planSites(executable, functions, { ...facts, return: isReturn, offset, readsResult, walksStack })
  return {
    path,
    targetIndex: facts.targetIndex,
    positionIndependent,
    isGo,
    ...(isGo ? { go: goRuntimeOf(executable) } : {}),
    byPattern,
    ...planned,
  }
}

/** A program that does not say its release is taken for one of the last years. */
function goRuntimeOf(executable: Executable): GoRuntime {
  const release = goRelease(executable.goBuildInfo?.goVersion ?? '')
  if (release === undefined) return { abi: 'registers', layout: undefined }
  return { abi: hasRegisterAbi(release) ? 'registers' : 'stack', layout: goroutineLayout(release) }
}

function findData(executable: Executable, name: string): DataSymbol | Miss {
  const { elf, path, positionIndependent } = executable
  const symbol = findAddressSymbol(elf, name)
  if (symbol !== undefined) return { ...symbol, positionIndependent }
  if (isThreadLocal(elf, name)) return miss(`${name} in ${path} is thread-local: every thread has its own, at an address of its own`)
  const names = dataNames(elf)
  if (names.length === 0) return miss(`${path} has no symbols for data (it is stripped)`)
  return miss(`no symbol ${name} in ${path}`, nearestNames(name, names))
}

function indexOf(indexes: Map<string, number>, path: string): number {
  const index = indexes.get(path) ?? indexes.size
  indexes.set(path, index)
  return index
}

/** A file that is missing or unreadable as such is a miss for who asks; other errors pass. */
function orMiss<T>(find: () => T, nearest: () => readonly string[] = () => []): T | Miss {
  try {
    return find()
  } catch (error) {
    if (error instanceof FormatError) return miss(error.message)
    if (error instanceof UsageError) return miss(error.message, nearest())
    throw error
  }
}
