/**
 * What `layers.json` says: which folder of `src/` is which layer, and what a layer may import. The rules themselves are
 * applied by check-layers.ts; architecture-diagram.ts draws them.
 */

/** The contents of `layers.json`. */
export interface Layers {
  /** Prefixes of layers that may use neither Node, FFI nor a clock. */
  readonly pure: readonly string[]
  /** The FFI package, and the one file of `src/` that may import it. */
  readonly ffi: { readonly package: string; readonly only: string }
  /** Each layer (a folder or file of `src/`) and the layers or groups of layers that it may import. */
  readonly layers: Readonly<Record<string, readonly string[]>>
}

/** The layer of a file (`path` from the project's root): the longest entry it lies under. */
export function findLayer(layers: Layers, path: string): string | undefined {
  if (!path.startsWith('src/')) return undefined
  const inside = path.slice('src/'.length)
  const holders = Object.keys(layers.layers).filter((layer) => isUnder(inside, layer))
  return holders.sort((a, b) => b.length - a.length)[0]
}

/** True when `from` may import `to`. */
export function mayImport(layers: Layers, from: string, to: string): boolean {
  return from === to || (layers.layers[from] ?? []).some((allowed) => isUnder(to, allowed))
}

/** True for layers that run anywhere: in a browser, without root. */
export function isPure(layers: Layers, layer: string): boolean {
  return layers.pure.some((pure) => isUnder(layer, pure))
}

/** True when `path` is `folder` or lies in it. */
export function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
