import { describe, expect, it } from 'vitest'
import { sourceText } from '../../base/source-text.ts'
import { callHelper, exit, loadImmediate64 } from '../../format/asm/construct.ts'
import { HELPERS } from '../../format/asm/helpers.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { MapKind } from '../../spec/map-spec.ts'
import { asSleepable } from './sleepable.ts'

const READ = callHelper(HELPERS.probe_read_user.id)
const PID = callHelper(HELPERS.get_current_pid_tgid.id)
const COPY = callHelper(HELPERS.copy_from_user.id)
const UPROBE: AttachPoint = { kind: 'uprobe', path: '/x', sites: [], return: false }
const INTERVAL: AttachPoint = { kind: 'interval', timer: { frequencyHz: 1n } }

function sleepable(instructions: readonly Instruction[], attach: readonly AttachPoint[] = [UPROBE], kind: MapKind = 'array') {
  return asSleepable({ name: 'p', type: 'kprobe', source: sourceText('p', ''), instructions, attach }, () => kind)
}

describe('programs that may sleep', () => {
  it('read the process by the helper that faults pages in, and nothing else changes', () => {
    expect(sleepable([PID, READ, loadImmediate64(1, { kind: 'map', map: 'm' }), READ, exit()])).toEqual([
      PID,
      COPY,
      loadImmediate64(1, { kind: 'map', map: 'm' }),
      COPY,
      exit(),
    ])
  })
  it.each<[string, ReturnType<typeof sleepable>]>([
    ['does not read the process', sleepable([PID, exit()])],
    ['is attached nowhere', sleepable([READ, exit()], [])],
    ['is attached to more than uprobes', sleepable([READ, exit()], [UPROBE, INTERVAL])],
    [
      'uses a map that such programs may not use',
      sleepable([READ, loadImmediate64(1, { kind: 'map', map: 'm' })], [UPROBE], 'cgroup_array'),
    ],
    ['loads the number of the helper as a plain constant', sleepable([loadImmediate64(1, 112n), exit()])],
  ])('a program stays as it is that %s', (_, result) => {
    expect(result).toBeUndefined()
  })
})
