/**
 * The machine's side of the waist: an `ObjectSpec` goes in and runs in this process. What the world would do to the programs comes
 * from the embedder: a timer for `interval` probes, and hits by `fire`.
 */
import { ClosedError, InternalError, NotSupportedError } from '../base/errors.ts'
import { type AttachPoint, RUN_BY_SESSION, type Timer } from '../spec/attach-point.ts'
import type { Executor, Link, LoadedMap, LoadedObject, LoadOptions, RecordVisitor } from '../spec/executor.ts'
import { instructionSet } from '../spec/instruction-set.ts'
import type { ObjectSpec } from '../spec/object-spec.ts'
import type { Environment } from './environment.ts'
import { createMachine, type Machine } from './machine.ts'

/** What the machine is embedded in. */
export interface VmExecutorOptions {
  readonly environment?: Partial<Environment>
  /** Instructions that one run of a program may take. */
  readonly budget?: number
  /** Calls `tick` at every period of the timer until the answer is called. Without it `interval` probes are not run. */
  readonly every?: (timer: Timer, tick: () => void) => () => void
}

/** An `Executor` whose objects can be hit. */
export interface VmExecutor extends Executor {
  load(object: ObjectSpec, options: LoadOptions): VmObject
}

/** An executor without a kernel. Its objects throw `VmFault` for what a program must not do. */
export function createVmExecutor(options: VmExecutorOptions = {}): VmExecutor {
  return { instructionSet: instructionSet(4), load: (object, { constants }) => new VmObject(object, { ...options, constants }) }
}

/** Bytes of a context that holds whatever a program may read of one: zeros, unless `fire` says otherwise. */
const CONTEXT_SIZE = 256

/** An object in the machine. */
export class VmObject implements LoadedObject {
  readonly verifierLogs: ReadonlyMap<string, string> = new Map()
  readonly #machine: Machine
  readonly #object: ObjectSpec
  readonly #every: VmExecutorOptions['every']
  readonly #links: Link[] = []
  #closed = false

  constructor(object: ObjectSpec, options: VmExecutorOptions & Pick<LoadOptions, 'constants'>) {
    this.#object = object
    this.#every = options.every
    this.#machine = createMachine({
      programs: object.programs,
      maps: object.maps,
      constants: options.constants,
      ...(options.environment === undefined ? {} : { environment: options.environment }),
      ...(options.budget === undefined ? {} : { budget: options.budget }),
    })
  }

  /** Instructions and calls that the last run of a program took. */
  get lastRun(): { readonly instructions: number; readonly helperCalls: number } {
    return { instructions: this.#machine.instructionsRun, helperCalls: this.#machine.helperCalls }
  }

  map(name: string): LoadedMap {
    return this.#open().map(name)
  }
  run(program: string): number {
    return Number(BigInt.asIntN(32, this.fire(program)))
  }
  /** Runs a program as if its probe had been hit, with the bytes of its context; answers r0. */
  fire(program: string, context: Uint8Array = new Uint8Array(CONTEXT_SIZE)): bigint {
    return this.#open().run(context, program)
  }
  drain(map: string, onRecord: (record: Uint8Array) => boolean | void): number {
    return this.#open().drain(map, onRecord)
  }

  visit(map: string, onRecord: RecordVisitor): number {
    return this.drain(map, (record) => onRecord(new DataView(record.buffer, record.byteOffset), 0, record.length))
  }

  attach(program: string, point: AttachPoint): Link {
    this.#open()
    checkAttach(point)
    if (!this.#object.programs.some(({ name }) => name === program)) throw new InternalError(`there is no program ${program}`)
    const link = this.#attach(program, point)
    this.#links.push(link)
    return link
  }

  close(): void {
    this.#closed = true
    for (const link of this.#links.splice(0).reverse()) link.close()
  }

  #open(): Machine {
    if (this.#closed) throw new ClosedError('the loaded object')
    return this.#machine
  }

  #attach(program: string, point: AttachPoint): Link {
    switch (point.kind) {
      case 'begin':
      case 'end':
      case 'signal':
      case 'test':
        // The session runs these itself.
        return { how: 'virtual machine', siteCount: 1, close: () => {} }
      case 'interval':
        return this.#attachTimer(program, point.timer)
      default:
        throw new InternalError(`no ${point.kind} probe can be attached in the machine`)
    }
  }

  #attachTimer(program: string, timer: Timer): Link {
    const stop = this.#every?.(timer, () => void this.fire(program)) ?? (() => {})
    let attached = true
    return {
      how: 'virtual machine',
      siteCount: 1,
      close() {
        if (attached) stop()
        attached = false
      },
    }
  }
}

/** The kinds of probe that the machine runs. */
const RUNS: ReadonlySet<AttachPoint['kind']> = new Set([...RUN_BY_SESSION, 'interval'])

/** Throws `NotSupportedError` for a kind of probe that only a kernel has. */
export function checkAttach({ kind }: AttachPoint): void {
  if (RUNS.has(kind)) return
  throw new NotSupportedError(`a ${kind} probe in the virtual machine`, {
    detail: 'it runs BEGIN, END, interval and test probes',
    remedy: 'run the script without --vm, as root',
  })
}
