/**
 * gecko-profiler-demangle: rustc-demangle and cpp_demangle as a WebAssembly module of 0.5 MB. The JavaScript that it comes with is an
 * ES module that Node 20 cannot load, so the few calls that it makes are made here.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Table {
  grow(by: number): number
  set(index: number, value: unknown): void
}

/** What is used of the module. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly __wbindgen_malloc: (size: number, alignment: number) => number
  readonly __wbindgen_free: (address: number, size: number, alignment: number) => void
  readonly __wbindgen_export_0: Table
  readonly __wbindgen_start: () => void
  readonly demangle_any: (address: number, size: number) => readonly [address: number, size: number]
}

/** The host's WebAssembly, typed as far as it is used: the project's types hold no browser. */
interface Host {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  readonly RuntimeError: new () => Error
}
const HOST = (globalThis as unknown as { readonly WebAssembly: Host }).WebAssembly

/** What compilers append to the names of parts and clones of a function. */
const CLONE = /(\.(cold|part|isra|constprop|lto_priv|llvm|clone)(\.\w+)*)+$/

let loaded: Exports | undefined

/** The name that a symbol stands for; undefined when the module does not know. Throws when the package is not installed whole. */
export function wasmDemangle(symbol: string): string | undefined {
  const suffix = CLONE.exec(symbol)?.[0] ?? ''
  const name = demangleWhole(symbol.slice(0, symbol.length - suffix.length))
  if (name === undefined) return undefined
  const clones = suffix.match(/\.(?!llvm)[a-z_]+(\.\d+)*/g) ?? []
  return [name, ...clones.map((clone) => `[clone ${clone}]`)].join(' ')
}

function demangleWhole(symbol: string): string | undefined {
  loaded ??= load()
  try {
    const name = call(loaded, symbol)
    // What it cannot read it answers as it is, but for the first underscore.
    return name === symbol || name === symbol.slice(1) ? undefined : name
  } catch (error) {
    if (!(error instanceof HOST.RuntimeError)) throw error
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
  const module = new HOST.Module(readFileSync(join(dirname(entry), 'index_bg.wasm')))
  const imports = { './index_bg.js': { __wbindgen_init_externref_table: () => fillTable(exports.__wbindgen_export_0) } }
  const exports = new HOST.Instance(module, imports).exports as Exports
  exports.__wbindgen_start()
  return exports
}

/** The values that its glue keeps at the start of the table. */
function fillTable(table: Table): void {
  const start = table.grow(4)
  table.set(0, undefined)
  for (const [index, value] of [undefined, null, true, false].entries()) table.set(start + index, value)
}
