/**
 * Attaches all programs of a script in the order of bpftrace: timers and tracepoints as they stand, then the probes of
 * functions in reverse, so that hits of one site run in the order of declaration (the kernel calls the newest first).
 */
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link, LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { ByteSink } from './script-options.ts'

/** Runs every program that has an attach point `begin` (or `end`), in the order of declaration. */
export function runAll(object: ObjectSpec, loaded: LoadedObject, kind: 'begin' | 'end'): void {
  for (const program of object.programs) {
    for (const point of program.attach) if (point.kind === kind) loaded.run(program.name)
  }
}

/** Attaches everything else; the loaded object owns the links. */
export function attachAll(
  object: ObjectSpec,
  loaded: LoadedObject,
  report: { readonly verbose: boolean; readonly err: ByteSink },
): readonly Link[] {
  const pairs = object.programs.flatMap((program) => program.attach.map((point) => ({ program: program.name, point })))
  const forward = pairs.filter(({ point }) => point.kind !== 'uprobe' && point.kind !== 'begin' && point.kind !== 'end')
  const backward = pairs.filter(({ point }) => point.kind === 'uprobe').reverse()
  return [...forward, ...backward].map(({ program, point }) => {
    const link = loaded.attach(program, point)
    if (report.verbose)
      report.err.write(`attached ${describePoint(point)} by ${link.how}: ${link.siteCount} site${link.siteCount === 1 ? '' : 's'}\n`)
    return link
  })
}

function describePoint(point: AttachPoint): string {
  if (point.kind === 'uprobe') return `${point.return ? 'uretprobe' : 'uprobe'}:${point.path}`
  if (point.kind === 'tracepoint') return `tracepoint:${point.category}:${point.event}`
  return point.kind
}
