/**
 * Names of C++ and Rust as their sources have them, by gecko-profiler-demangle (docs/decisions/0024-demangling.md): a WebAssembly
 * module of 0.5 MB, loaded by the first mangled name. Its own JavaScript is an ES module that Node 20 cannot load at once, so the
 * few calls that it makes are made here.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What is used of the module. */
interface Exports {
  readonly memory: WebAssembly.Memory
  readonly __wbindgen_malloc: (size: number, alignment: number) => number
  readonly __wbindgen_free: (address: number, size: number, alignment: number) => void
  readonly __wbindgen_export_0: WebAssembly.Table
  readonly __wbindgen_start: () => void
  readonly demangle_any: (address: number, size: number) => readonly [address: number, size: number]
}

/** Itanium C++ and legacy Rust begin with `_Z`, Rust v0 with `_R`. */
const MANGLED = /^_(Z|R[A-Za-z0-9])/
/** What compilers append to the names of parts and clones of a function. */
const CLONE = /(\.(cold|part|isra|constprop|lto_priv|llvm|clone)(\.\w+)*)+$/

const known = new Map<string, string>()
/** Names that are kept; programs of C++ have 100,000 of them. */
const MOST_KNOWN = 1 << 17

/** The name that a symbol stands for; the symbol itself when it is not mangled, or not in a way that is known. */
export function demangle(symbol: string): string {
  if (!MANGLED.test(symbol)) return symbol
  const found = known.get(symbol)
  if (found !== undefined) return found
  const suffix = CLONE.exec(symbol)?.[0] ?? ''
  const bare = demangleWhole(symbol.slice(0, symbol.length - suffix.length))
  const clones = suffix.startsWith('.llvm') ? [] : (suffix.match(/\.[a-z_]+(\.\d+)*/g) ?? [])
  const name = bare === undefined ? symbol : [bare, ...clones.map((clone) => `[clone ${clone}]`)].join(' ')
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(symbol, name)
  return name
}

let loaded: Exports | undefined

function demangleWhole(symbol: string): string | undefined {
  loaded ??= load()
  try {
    const name = call(loaded, symbol)
    // What it cannot read it answers as it is, but for the first underscore.
    return name === symbol || name === symbol.slice(1) ? undefined : name
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error
    // What a name crashed on may have left the module in any state.
    loaded = undefined
    return undefined
  }
}

function call({ memory, __wbindgen_malloc, __wbindgen_free, demangle_any }: Exports, symbol: string): string {
  const bytes = new TextEncoder().encode(symbol)
  const at = __wbindgen_malloc(bytes.length, 1) >>> 0
  new Uint8Array(memory.buffer).set(bytes, at)
  const [address, size] = demangle_any(at, bytes.length)
  const text = new TextDecoder().decode(new Uint8Array(memory.buffer, address >>> 0, size))
  __wbindgen_free(address, size, 1)
  return text
}

function load(): Exports {
  const entry = createRequire(import.meta.filename).resolve('gecko-profiler-demangle')
  const module = new WebAssembly.Module(readFileSync(join(dirname(entry), 'index_bg.wasm')))
  const imports = { './index_bg.js': { __wbindgen_init_externref_table: () => fillTable(exports.__wbindgen_export_0) } }
  const exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports
  exports.__wbindgen_start()
  return exports
}

/** The values that its glue keeps at the start of the table. */
function fillTable(table: WebAssembly.Table): void {
  const start = table.grow(4)
  table.set(0, undefined)
  for (const [index, value] of [undefined, null, true, false].entries()) table.set(start + index, value)
}
