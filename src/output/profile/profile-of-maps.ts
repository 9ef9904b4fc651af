/**
 * Maps keyed by stacks, read as a profile: a kind of number for each map, and what else is in a key as labels.
 */
import type { MapView } from '../../spec/map-spec.ts'
import type { Profile, ProfileValueType, SampleLabel } from '../../spec/profile.ts'
import type { Frame, MapContents, Value } from '../../spec/value.ts'
import { textFilter } from '../escape.ts'
import { stringText, valueText } from '../value-text.ts'

/** A map keyed by a stack, and what is in it. */
export interface StackMap {
  readonly view: MapView
  readonly contents: MapContents
}

/** One profile of all the maps: each sample has the numbers of its own map, and 0 for those of the others. */
export function profileOfMaps(maps: readonly StackMap[]): Profile {
  const columns = maps.map(({ view }) => columnsOf(view))
  const widths = columns.map(({ length }) => length)
  const samples = maps.flatMap(({ view, contents }, index) => {
    const before = widths.slice(0, index).reduce((sum, width) => sum + width, 0)
    const behind = widths.slice(index + 1).reduce((sum, width) => sum + width, 0)
    return contents.entries.map(({ key, value }) => ({
      ...sampleKey(key ?? { kind: 'none' }, view.keyNames ?? []),
      values: [...zeros(before), ...numbersOf(value), ...zeros(behind)],
    }))
  })
  return { valueTypes: columns.flat(), samples }
}

function zeros(count: number): readonly bigint[] {
  return Array.from({ length: count }, () => 0n)
}

/** The name of a map without its `@`; `@` itself counts samples. */
function columnsOf({ name, value }: MapView): readonly ProfileValueType[] {
  const type = name === '@' ? 'samples' : name.slice(1)
  const isStats = value.kind === 'aggregation' && value.aggregation.kind === 'stats'
  return (isStats ? [`${type}_count`, `${type}_total`] : [type]).map((one) => ({ type: one, unit: 'count' }))
}

function numbersOf(value: Value): readonly bigint[] {
  switch (value.kind) {
    case 'int':
      return [value.value]
    case 'stats':
      return [value.count, value.total]
    case 'histogram':
      return [value.buckets.reduce((sum, { count }) => sum + count, 0n)]
    case 'series':
      return [value.points.reduce((sum, point) => sum + point.value, 0n)]
    default:
      return [0n]
  }
}

/** Stacks of the kernel lie on those of the program that called it, whatever their order in the key. */
function sampleKey(
  key: Value,
  names: NonNullable<MapView['keyNames']>,
): { readonly frames: readonly Frame[]; readonly labels: readonly SampleLabel[] } {
  const items = key.kind === 'tuple' ? key.items : [key]
  const stacks = items.flatMap((item) => (item.kind === 'stack' ? [item] : []))
  const inKernel = stacks.filter(({ space }) => space === 'kernel')
  const inProgram = stacks.filter(({ space }) => space === 'user')
  const labels = items.flatMap((item, index) =>
    item.kind === 'stack' ? [] : [{ name: names[index] ?? `key${index + 1}`, value: labelValue(item) }],
  )
  return { frames: [...inKernel, ...inProgram].flatMap(({ frames }) => frames), labels }
}

const asItIs = textFilter({ escapeControls: false })

function labelValue(value: Value): string | bigint {
  if (value.kind === 'int') return value.value
  return value.kind === 'string' ? stringText(value) : valueText(value, asItIs)
}
