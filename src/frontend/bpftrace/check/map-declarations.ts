/**
 * Checks declarations of maps: their kinds, and whether what is stored in a map can be in one of its kind.
 */
import type { Report } from '../report.ts'
import type { MapDeclaration } from '../script-ast.ts'
import type { MapSymbol, StorageKind } from './symbols.ts'

const KINDS: Readonly<Record<string, StorageKind>> = {
  hash: { perCpu: false, forgets: false },
  lruhash: { perCpu: false, forgets: true },
  percpuhash: { perCpu: true, forgets: false },
  percpulruhash: { perCpu: true, forgets: true },
}
/** A map holds as many entries as 32 bits can count. */
const MOST_ENTRIES = (1n << 32n) - 1n

/** Notes what is declared in the symbols of the maps. The last declaration of a name counts. */
export function declareMaps(declarations: readonly MapDeclaration[], maps: ReadonlyMap<string, MapSymbol>, report: Report): void {
  for (const { name, kind, maxEntries, span } of declarations) {
    const storage = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
    const symbol = maps.get(name)
    if (storage === undefined) {
      const hint = `Valid map types: ${Object.keys(KINDS).toReversed().join(', ')}`
      report.error({ code: 'bad-map-kind', span, message: `Invalid bpf map type: ${kind}`, hint })
    } else if (maxEntries < 1n || maxEntries > MOST_ENTRIES) {
      report.error({ code: 'out-of-range', span, message: `a map can have 1 to ${MOST_ENTRIES} entries, not ${maxEntries}` })
    } else if (symbol === undefined) {
      report.warning({ code: 'unused-map', span, message: `Unused map: ${name}` })
    } else {
      symbol.declared = { ...storage, maxEntries: Number(maxEntries) }
      checkContents(symbol, kind, storage, report)
    }
  }
}

/** Aggregations are kept by each CPU, other values are not. */
function checkContents({ aggregation, span }: MapSymbol, kind: string, { perCpu }: StorageKind, report: Report): void {
  const needsCpus = aggregation !== undefined
  if (needsCpus === perCpu) return
  const message = `Incompatible map types. Type from declaration: ${kind}. Type from value/key type: ${needsCpus ? 'percpuhash' : 'hash'}`
  report.error({ code: 'bad-map-kind', span, message })
}
