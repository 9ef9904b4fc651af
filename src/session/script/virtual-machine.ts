/**
 * `--vm`: a script in the virtual machine of this process. The world that its programs see is this process: its clock, its ids,
 * one CPU.
 */

import type { Timer } from '../../spec/attach-point.ts'
import type { Executor } from '../../spec/executor.ts'
import type { Environment } from '../../vm/environment.ts'
import { checkAttach, createVmExecutor } from '../../vm/vm-executor.ts'
import { elapsedMs } from '../elapsed.ts'
import type { StopRequest } from './stop-request.ts'

/** Ticks of a timer that are made up for when the process was busy; the rest is left out, as a kernel's timer does. */
const MOST_TICKS = 1000
const NS_PER_MS = 1_000_000

/** Runs scripts; a fault of an interval becomes a reason to stop. `load` throws `NotSupportedError` for other probes. */
export function machineExecutor(stop: StopRequest): Executor {
  const executor = createVmExecutor({ environment: thisProcess(), every: (timer, tick) => repeat(timer, tick, stop) })
  return {
    ...executor,
    load(object, options) {
      for (const { attach } of object.programs) for (const point of attach) checkAttach(point)
      return executor.load(object, options)
    },
  }
}

function thisProcess(): Partial<Environment> {
  const task = {
    pid: process.pid,
    tid: process.pid,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    comm: process.title,
    cgroupId: 1n,
    address: 0xffff_8880_0000_1000n,
  }
  return { now: () => process.hrtime.bigint(), random: () => Math.floor(Math.random() * 0x1_0000_0000), task: () => task }
}

/** Timers of the event loop count milliseconds, those of scripts microseconds: every turn makes the ticks that are due. */
function repeat(timer: Timer, tick: () => void, stop: StopRequest): () => void {
  const periodMs = 'periodNs' in timer ? Number(timer.periodNs) / NS_PER_MS : 1000 / Number(timer.frequencyHz)
  const start = elapsedMs()
  let made = 0
  const handle = setInterval(
    () => {
      const due = Math.floor((elapsedMs() - start) / periodMs)
      made = Math.max(made, due - MOST_TICKS)
      try {
        for (; made < due && stop.reason === undefined; made++) tick()
      } catch (error) {
        stop.request({ kind: 'failed', error })
      }
    },
    Math.max(1, periodMs),
  )
  return () => clearInterval(handle)
}
