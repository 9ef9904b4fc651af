/**
 * A loaded object: maps, programs, links and ring buffers that one session uses, and the order in which they go.
 */
import { ClosedError, InternalError, UsageError } from '../../base/errors.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { HitCounter, Link, LoadedMap, LoadedObject, RecordVisitor } from '../../spec/executor.ts'
import type { Features } from '../features/features.ts'
import { attachPoint } from '../links/attach.ts'
import type { KernelMap } from '../maps/kernel-map.ts'
import type { LoadedProgram } from '../programs/load-program.ts'
import { enableRunTimeStats, readProgramStats } from '../programs/program-stats.ts'
import { testRun } from '../programs/test-run.ts'
import { RingBuffer } from '../ringbuf/ring-buffer.ts'
import type { ProgramInfo } from '../sys/bpf-program.ts'
import { closeAll } from '../sys/fd.ts'

/** What the loader hands over; the object owns all of it. */
export interface ObjectParts {
  readonly maps: ReadonlyMap<string, KernelMap>
  readonly programs: ReadonlyMap<string, LoadedProgram>
  readonly features: Features
  readonly uprobes: 'uprobe_multi' | 'perf_event'
}

/** A `LoadedObject` of the kernel, with what only the kernel can tell. */
export class KernelObject implements LoadedObject {
  readonly verifierLogs: ReadonlyMap<string, string>
  readonly #parts: ObjectParts
  readonly #links: Link[] = []
  readonly #rings = new Map<string, RingBuffer>()
  #closed = false

  constructor(parts: ObjectParts) {
    this.#parts = parts
    this.verifierLogs = new Map([...parts.programs].flatMap(([name, { log }]) => (log === undefined ? [] : [[name, log] as const])))
  }

  map(name: string): LoadedMap {
    return this.#map(name)
  }

  attach(program: string, point: AttachPoint): Link {
    const { features, uprobes } = this.#parts
    const link = attachPoint({ program: this.#program(program).fd, features, uprobes }, point)
    this.#links.push(link)
    return link
  }

  run(program: string): number {
    try {
      return testRun(this.#program(program).fd)
    } catch (error) {
      this.#parts.features.require('test_run')
      throw error
    }
  }

  drain(map: string, onRecord: (record: Uint8Array) => boolean | void): number {
    return this.#ring(map).drain(onRecord)
  }

  visit(map: string, onRecord: RecordVisitor): number {
    return this.#ring(map).visit(onRecord)
  }

  /** Fills an entry of a `prog_array` with a program of this object. @kernel 4.2 */
  setTailCall(map: string, index: number, program: string): void {
    const bytes = (number: number) => new Uint8Array(Uint32Array.of(number).buffer)
    this.#map(map).update(bytes(index), [bytes(this.#program(program).fd.number)])
  }

  /** Size and run counters of a program; the counters move while somebody holds `enableRunTimeStats()`. */
  programInfo(program: string): ProgramInfo {
    return readProgramStats(this.#program(program).fd)
  }

  countHits(): HitCounter {
    const stats = enableRunTimeStats()
    return { hits: (program) => this.programInfo(program).runCount, close: () => stats.close() }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    closeAll(this.#links)
    closeAll([...this.#parts.programs.values()].map((program) => program.fd))
    closeAll([...this.#rings.values()])
    closeAll([...this.#parts.maps.values()])
  }

  #ring(map: string): RingBuffer {
    return this.#rings.get(map) ?? this.#openRing(map)
  }

  #openRing(name: string): RingBuffer {
    const { spec, fd } = this.#map(name)
    if (spec.kind !== 'ringbuf') throw new UsageError(`map ${name} is a ${spec.kind}, not a ring buffer`)
    const ring = new RingBuffer(fd, spec.maxEntries)
    this.#rings.set(name, ring)
    return ring
  }

  #map(name: string): KernelMap {
    return this.#find(this.#parts.maps, { name, kind: 'map' })
  }

  #program(name: string): LoadedProgram {
    return this.#find(this.#parts.programs, { name, kind: 'program' })
  }

  #find<T>(all: ReadonlyMap<string, T>, wanted: { readonly name: string; readonly kind: string }): T {
    if (this.#closed) throw new ClosedError('the loaded object')
    const found = all.get(wanted.name)
    if (found === undefined) throw new InternalError(`the object has no ${wanted.kind} called ${wanted.name}`)
    return found
  }
}
