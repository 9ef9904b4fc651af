/**
 * One run of a script from its text to its exit code: compile, load, attach, poll, finish. Each step is a function in a file
 * beside this one; what is opened here is closed here, links before programs before maps, however the run ends.
 */
import { UsageError } from '../../base/errors.ts'
import { createKernelExecutor } from '../../kernel/loader/kernel-executor.ts'
import { bootTimeNs, readClock } from '../../kernel/procfs/clock.ts'
import { readOnlineCpus } from '../../kernel/procfs/cpus.ts'
import { isProfileFormat } from '../../output/output-format.ts'
import type { Executor, LoadedObject } from '../../spec/executor.ts'
import { TAI_AHEAD_CONSTANT } from '../../spec/map-spec.ts'
import { UNWIND_MAPS } from '../../spec/unwind-layout.ts'
import { checkCommand } from '../check-command.ts'
import type { HeldChild } from '../child.ts'
import type { StackFiles } from '../unwind/stack-files.ts'
import { type AttachedProbe, attachAll, runAll } from './attach-all.ts'
import { checkPrivileges } from './check-privileges.ts'
import { type CompiledScript, compileForRun } from './compile-for-run.ts'
import { checkProcessRuns, endWithProcess } from './end-with-process.ts'
import { onSignal } from './on-signal.ts'
import { openNames } from './open-names.ts'
import { pollUntilStopped } from './poll-loop.ts'
import { watchRates } from './rate-watch.ts'
import { runTests } from './run-tests.ts'
import { ScriptMaps } from './script-maps.ts'
import type { ScriptOptions, ScriptStreams } from './script-options.ts'
import { createScriptOutput, type ScriptOutput, type ScriptOutputParts } from './script-output.ts'
import type { StopRequest } from './stop-request.ts'
import { detachWatchpoints } from './unwatch.ts'

/**
 * Runs the script until a reason to stop comes up; answers the exit code. Mistakes in the script are printed to
 * `streams.err` and answer 1; a refusal by the world is thrown.
 */
export async function runScript(options: ScriptOptions, streams: ScriptStreams, stop: StopRequest): Promise<number> {
  if (!options.vm) checkPrivileges()
  if (options.pid !== undefined) checkProcessRuns(options.pid)
  if (options.command !== undefined) checkCommand(options.command)
  try {
    const executor = options.vm
      ? (await import('./virtual-machine.ts')).machineExecutor(stop)
      : createKernelExecutor({ disabledFeatures: options.disabledFeatures })
    const compiled = await compileForRun(options, streams, executor)
    if (compiled !== undefined && isProfileFormat(options.format))
      (await import('./profile-output.ts')).checkProfile(compiled.object, options.format)
    return compiled === undefined ? 1 : await runCompiled({ options, streams, stop, compiled, executor })
  } finally {
    streams.out.flush()
    streams.err.flush()
  }
}

async function runCompiled(parts: Omit<Run, 'child'>): Promise<number> {
  const { command } = parts.options
  const child = command === undefined ? undefined : await (await import('../child.ts')).holdChild(command)
  try {
    // Who interrupts so early wants nothing attached any more.
    return parts.stop.reason === undefined ? await loadAndRun({ ...parts, child }) : 0
  } finally {
    await child?.close()
  }
}

interface Run {
  readonly options: ScriptOptions
  readonly streams: ScriptStreams
  readonly stop: StopRequest
  readonly compiled: CompiledScript
  readonly executor: Executor
  readonly child: HeldChild | undefined
}

/** Tables of the files whose code turns up in stacks, when a program walks by them. */
async function openStackFiles({ compiled: { object }, options }: Run, loaded: LoadedObject): Promise<StackFiles | undefined> {
  if (!object.maps.some(({ name }) => name === UNWIND_MAPS.files)) return undefined
  return (await import('../unwind/stack-files.ts')).stackFiles(object, loaded, options)
}

async function loadAndRun(run: Run): Promise<number> {
  const { options, compiled, executor } = run
  const loaded = executor.load(compiled.object, {
    constants: new Map([
      ['start_ns', options.vm ? process.hrtime.bigint() : bootTimeNs()],
      [TAI_AHEAD_CONSTANT, options.vm ? 0n : readClock('tai') - readClock('boot')],
      ['child_pid', BigInt(run.child?.pid ?? 0)],
      ['online_cpus', options.vm ? 1n : BigInt(readOnlineCpus().length)],
    ]),
    verifierLog: options.debugStages.has('verifier') ? 'always' : 'on-error',
  })
  try {
    for (const [program, log] of loaded.verifierLogs) run.streams.out.write(`Verifier log of ${program}:\n${log}\n`)
    const names = await openNames(compiled.object, loaded, { pid: options.pid, child: run.child?.pid })
    try {
      const stackFiles = await openStackFiles(run, loaded)
      const output = { object: compiled.object, loaded, options, streams: run.streams, stop: run.stop, names, stackFiles }
      return options.test ? runTests({ ...output, printMaps: compiled.printMapsOnExit }) : await attachAndPoll(run, output)
    } finally {
      names.close()
    }
  } finally {
    loaded.close()
  }
}

async function attachAndPoll(run: Run, parts: ScriptOutputParts): Promise<number> {
  const startedNs = process.hrtime.bigint()
  if (run.compiled.object.programs.every(({ attach }) => attach.every(({ kind }) => kind === 'test')))
    throw new UsageError('the script has nothing but test probes', { remedy: 'run them with --test' })
  const { options, streams, stop, compiled, child } = run
  const { loaded } = parts
  const watched: AttachedProbe[] = []
  const output = createScriptOutput({ ...parts, unwatch: (address) => detachWatchpoints(watched, address) })
  runAll(compiled.object, loaded, 'begin')
  const { attached, skipped } = attachAll(compiled.object, loaded, {
    verbose: options.verbose,
    err: streams.err,
    missing: compiled.missingProbes,
    child: child?.pid,
  })
  watched.push(...attached)
  if (skipped > 0 && skipped === compiled.probeCount) throw new UsageError('Attachment failed for all probes.')
  const stopCounting = watchRates({ loaded, attached, maxRate: options.maxRate, err: streams.err })
  output.attached(compiled.probeCount - skipped)
  streams.onAttached?.()
  // What BEGIN prints stands before what the command prints.
  output.turn()
  if (child !== undefined) endWithChild(child, stop)
  const stopWatching = options.pid === undefined ? () => {} : endWithProcess(options.pid, stop)
  if (options.dryRun || compiled.endsByItself) output.drainAll()
  if (options.dryRun || compiled.endsByItself) stop.request({ kind: 'nothing-to-wait-for' })
  const ignoreSignal = onSignal(compiled.object, loaded)
  await pollUntilStopped(() => output.turn(), stop)
  ignoreSignal()
  stopWatching()
  stopCounting()
  for (const { link } of attached) link.close()
  if (stop.reason?.kind === 'failed') throw stop.reason.error
  finish(run, loaded, output)
  if (options.verbose) for (const line of parts.names.misses()) streams.err.write(`${line}\n`)
  await writeProfileOf(run, parts, process.hrtime.bigint() - startedNs)
  return stop.exitCode
}

/** Releases the held child, unless BEGIN asked for the end; the run ends when the child does. */
function endWithChild(child: HeldChild, stop: StopRequest): void {
  if (stop.reason !== undefined) return
  child.release()
  void child.ended.then(() => stop.request({ kind: 'child-ended' }))
}

/** END probes, the records that are left, the losses, the maps. */
function finish(run: Run, loaded: LoadedObject, output: ScriptOutput): void {
  output.beginEnd()
  runAll(run.compiled.object, loaded, 'end')
  output.drainAll()
  output.finish({ printMaps: run.compiled.printMapsOnExit && !run.options.dryRun })
}

/** The profile, where the form of output is one. */
async function writeProfileOf({ options, streams }: Run, parts: ScriptOutputParts, durationNs: bigint): Promise<void> {
  const { format } = options
  if (!isProfileFormat(format)) return
  const { writeProfile } = await import('./profile-output.ts')
  const maps = new ScriptMaps(parts.object, parts.loaded, parts.names).stackMaps()
  await writeProfile(format, { maps, durationNs }, streams.profile ?? streams.out)
}
