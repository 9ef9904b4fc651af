/**
 * What processes had mapped, by what the kernel told of them: kept when they have ended. The kernel does not tell of unmapping: what was
 * mapped counts until something else is mapped there.
 */
import type { MappedFile } from '../procfs/processes.ts'
import type { MappingChange } from './mapping-record.ts'

/** Processes that are remembered; a build starts thousands. */
const MOST_PROCESSES = 8192

/** Mappings by process. */
export class MappingHistory {
  readonly #processes = new Map<number, MappedFile[]>()

  /** Takes changes in any order among themselves, but not older than those of the last call. */
  apply(changes: readonly MappingChange[]): void {
    for (const change of [...changes].sort((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)))) this.#applyOne(change)
  }

  /** What a process has or had mapped, executable files only, by address; undefined when nothing was told of it. */
  of(pid: number): readonly MappedFile[] | undefined {
    return this.#processes.get(pid)
  }

  #applyOne(change: MappingChange): void {
    const { pid } = change
    const before = this.#processes.get(pid) ?? []
    this.#processes.delete(pid)
    this.#processes.set(pid, after(change, { before, parent: change.kind === 'fork' ? this.#processes.get(change.parent) : undefined }))
    const [oldest] = this.#processes.keys()
    if (this.#processes.size > MOST_PROCESSES && oldest !== undefined) this.#processes.delete(oldest)
  }
}

function after(
  change: MappingChange,
  known: { readonly before: MappedFile[]; readonly parent: readonly MappedFile[] | undefined },
): MappedFile[] {
  switch (change.kind) {
    case 'exec':
      return []
    case 'fork':
      return [...(known.parent ?? [])]
    case 'map': {
      const { mapping } = change
      const others = known.before.filter(({ start, end }) => end <= mapping.start || start >= mapping.end)
      return [...others, mapping].sort((a, b) => (a.start < b.start ? -1 : 1))
    }
  }
}
