/**
 * The WebAssembly of the host: a global of Node and of browsers, typed here as far as the machine uses it, since the
 * project's types hold no browser.
 */

/** One linear memory. `buffer` is another object after each growth. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

interface Host {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}

/** The host's WebAssembly. */
export const HOST_WASM: Host = (globalThis as unknown as { readonly WebAssembly: Host }).WebAssembly

/** Bytes of a page of linear memory. */
export const PAGE_SIZE = 65_536
