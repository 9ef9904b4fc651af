/**
 * `test`: programs with a name, run once each by `--test`.
 */
import type { ProbeKind } from './probe-kind.ts'

/** `test:NAME`, whose name is used once in a script. */
export const TEST: ProbeKind = {
  provider: 'test',
  spellings: ['test'],
  expand(point, { report, tests }) {
    const [, ...names] = point.parts
    const name = names[0]?.text ?? ''
    const mistake = (message: string) => report.error({ code: 'bad-attach-point', span: point.span, message })
    if (names.length !== 1) {
      mistake(`test probe type requires 1 arguments, found ${names.length}`)
      return []
    }
    if (tests.has(name)) {
      mistake(`"${name}" was used as the name for more than one TEST probe`)
      return []
    }
    tests.add(name)
    return [
      {
        attach: { kind: 'test', name },
        context: { provider: 'test', programType: 'raw_tracepoint', space: 'none', probeName: `test:${name}` },
        shareKey: `test:${name}`,
        // bpftrace counts what is attached.
        count: 0,
      },
    ]
  },
}
