/**
 * Names of C++ and Rust as their sources have them (docs/decisions/0025-demangling.md). C++ by Node's own C++ library, whose words are
 * those of c++filt and bpftrace; Rust, and C++ where that library is not to be had, by a WebAssembly module. Either is loaded by
 * the first name that needs it.
 */
import { cxaDemangle } from '../../kernel/sys/cxa-demangle.ts'
import { wasmDemangle } from './wasm-demangle.ts'

/** Itanium C++ and legacy Rust begin with `_Z`, Rust v0 with `_R`. */
const MANGLED = /^_(?:Z|R[A-Za-z0-9])/
/** Rust v0, and Rust's older names: those of C++ whose last part is a hash. */
const RUST = /^_R|17h[0-9a-f]{16}E(?:\.|$)/

const known = new Map<string, string>()
/** Names that are kept; large programs of C++ have 100,000 of them. */
const MOST_KNOWN = 1 << 17

/** True when a symbol looks like a name that `demangle` changes. */
function isMangled(symbol: string): boolean {
  return MANGLED.test(symbol)
}

/** The name that a symbol stands for; the symbol itself when it is not mangled, or not in a way that is known. */
export function demangle(symbol: string): string {
  if (!isMangled(symbol)) return symbol
  const found = known.get(symbol)
  if (found !== undefined) return found
  const name = (RUST.test(symbol) ? wasmDemangle(symbol) : (cxaDemangle(symbol) ?? wasmDemangle(symbol))) ?? symbol
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(symbol, name)
  return name
}
