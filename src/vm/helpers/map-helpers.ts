/**
 * Helpers on maps: entries by key, loops over entries, and values of other CPUs.
 */
import type { HelperName } from '../../format/asm/helpers.ts'
import { ERRNO } from '../errno.ts'
import type { Execution } from '../execution.ts'
import { isValueQueue, type ValueQueue } from '../maps/value-queue.ts'
import { addressOf } from '../memory/layout.ts'
import type { VmHelper } from './helper.ts'

const keyOf = (execution: Execution, argument = 2): number => execution.place(argument, execution.map(1).spec.keySize, 'read')
/** Flags of an update are small; anything above is refused by the map. */
const flagsOf = (execution: Execution, argument: number): number => (execution.high(argument) !== 0 ? 0xffff_ffff : execution.low(argument))

/** By name. */
export const MAP_HELPERS = {
  map_lookup_elem: (execution) => execution.map(1).find(keyOf(execution), execution.environment.cpu()),
  map_lookup_percpu_elem: (execution) => {
    const map = execution.map(1)
    const cpu = execution.low(3)
    return execution.high(3) === 0 && cpu < execution.environment.cpuCount ? map.find(keyOf(execution), cpu) : 0
  },
  map_update_elem: (execution) => {
    const map = execution.map(1)
    const value = execution.place(3, map.spec.valueSize, 'read')
    return map.put(keyOf(execution), value, { flags: flagsOf(execution, 4), cpu: execution.environment.cpu() })
  },
  map_delete_elem: (execution) => execution.map(1).remove(keyOf(execution)),
  for_each_map_elem: forEach,
  map_push_elem: (execution) => queueOf(execution).push(valueAt(execution, 'read'), flagsOf(execution, 3)),
  map_pop_elem: (execution) => queueOf(execution).pop(valueAt(execution, 'write')),
  // A Bloom filter reads the value; a queue writes it.
  map_peek_elem: (execution) =>
    queueOf(execution).peek(valueAt(execution, execution.map(1).spec.kind === 'bloom_filter' ? 'read' : 'write')),
} as const satisfies Partial<Record<HelperName, VmHelper>>

const valueAt = (execution: Execution, access: 'read' | 'write'): number => execution.place(2, execution.map(1).spec.valueSize, access)

function queueOf(execution: Execution): ValueQueue {
  const map = execution.map(1)
  if (isValueQueue(map)) return map
  throw execution.host.fault('bad argument', `map ${map.spec.name} is a ${map.spec.kind}, which has keys`)
}

/** The callback gets the map, the key, the value and the program's own pointer; 1 ends the loop. */
function forEach(execution: Execution): number {
  const map = execution.map(1)
  if (!execution.isNull(4)) return -ERRNO.EINVAL
  const [handle, callback, context] = [execution.bits(1), execution.halves(2), execution.bits(3)]
  const { regions, environment, host } = execution
  const nesting = ++execution.loops
  let count = 0
  try {
    for (const { key, value } of map.each(environment.cpu())) {
      const region = regions.openReadOnly(nesting, { base: key, size: map.spec.keySize, what: `a key of map ${map.spec.name}` })
      count++
      if (host.callBack(callback, [handle, addressOf(region), value, context]) === 1) break
    }
  } finally {
    execution.loops--
  }
  return count
}
