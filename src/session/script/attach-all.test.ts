import { describe, expect, test } from 'vitest'
import { fileOffset, virtualOffset } from '../../base/address.ts'
import { sourceText } from '../../base/source-text.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link, LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { ProgramSpec } from '../../spec/program-spec.ts'
import { attachAll, runAll } from './attach-all.ts'

const site = {
  symbol: 'f',
  offset: fileOffset(1),
  address: virtualOffset(1n),
  placement: 'entry',
  execution: 'single-stepped',
  cookie: 0n,
} as const
const uprobe = (path: string): AttachPoint => ({ kind: 'uprobe', path, sites: [site], return: false })

function objectOf(programs: Readonly<Record<string, readonly AttachPoint[]>>): ObjectSpec {
  const source = sourceText('test', '')
  const specs = Object.entries(programs).map(([name, attach]): ProgramSpec => ({ name, type: 'kprobe', instructions: [], source, attach }))
  return { maps: [], programs: specs, records: [], sites: new Map(), license: 'GPL' } as unknown as ObjectSpec
}

/** Attaches to nothing; answers what was done and said. */
function attachTo(object: ObjectSpec, link: Partial<Link>, verbose: boolean) {
  const done: string[] = []
  const said: string[] = []
  const loaded = {
    attach: (program: string) => {
      done.push(program)
      return { how: 'uprobe_multi', siteCount: 1, close: () => {}, ...link }
    },
    run: (program: string) => done.push(program),
  } as unknown as LoadedObject
  runAll(object, loaded, 'begin')
  attachAll(object, loaded, { verbose, missing: 'error', err: { write: (text) => said.push(text), flush: () => {} } })
  return { done, said: said.join('') }
}

describe('attaching a script', () => {
  test('BEGIN runs, timers are attached in order, functions in reverse; END has to wait', () => {
    const object = objectOf({
      first: [uprobe('/a')],
      begin: [{ kind: 'begin' }],
      tick: [{ kind: 'interval', timer: { frequencyHz: 1n } }],
      second: [uprobe('/b'), uprobe('/c')],
      end: [{ kind: 'end' }],
      sample: [{ kind: 'profile', timer: { frequencyHz: 1n } }],
    })
    expect(attachTo(object, {}, false)).toEqual({ done: ['begin', 'tick', 'sample', 'second', 'second', 'first'], said: '' })
  })

  const explained = '  f at 0x1: the first instruction; single-stepped, about 15 us a hit\n'
  test.for<[name: string, link: Partial<Link>, said: string]>([
    ['one site', {}, `attached uprobe:/größe by uprobe_multi: 1 site\n${explained}`],
    ['many', { how: 'perf_event', siteCount: 3 }, `attached uprobe:/größe by perf_event: 3 sites\n${explained}`],
  ])('-v tells how: %s', ([, link, said]) => {
    const bytes = Buffer.from(said, 'utf8').toString('latin1')
    expect(attachTo(objectOf({ p: [uprobe('/größe')] }), link, true).said).toBe(bytes)
  })

  test('sites that the kernel refused are named, without -v too', () => {
    const refused = Array.from({ length: 5 }, (_, i) => ({ symbol: `f${i}`, reason: 'no' }))
    const { said } = attachTo(objectOf({ p: [uprobe('/a')] }), { refused }, false)
    expect(said).toBe('WARNING: uprobe:/a: left out: f0 (no), f1 (no), f2 (no) and 2 more\n')
  })
})
