/**
 * A WebAssembly module as bytes: types, imported functions and memory, functions, one table of them, exports. Layout: the
 * core specification, "Binary Format".
 */
import { WasmCode } from './code.ts'
import { TYPE, WASM } from './opcodes.ts'

/** A function type. */
export interface WasmType {
  readonly parameters: readonly number[]
  readonly results: readonly number[]
}

/** A function of the module. */
export interface WasmFunction {
  /** Index in `types`. */
  readonly type: number
  /** Runs of locals behind the parameters. */
  readonly locals: readonly (readonly [count: number, type: number])[]
  /** Without the final `end`. */
  readonly code: WasmCode
}

/** What the module holds. Imported functions come first in the index space of functions. */
export interface WasmModule {
  readonly types: readonly WasmType[]
  /** Names of imported functions, all of module `env` and of type `importType`. */
  readonly imports: readonly string[]
  readonly importType: number
  /** Pages that the imported memory `env.memory` has at least. */
  readonly memoryPages: number
  readonly functions: readonly WasmFunction[]
  /** Function indices, in the order of the table. */
  readonly table: readonly number[]
  /** Function index by name. */
  readonly exports: Readonly<Record<string, number>>
}

const SECTION = { type: 1, import: 2, function: 3, table: 4, export: 7, element: 9, code: 10 } as const
const KIND = { function: 0, memory: 2 } as const
const MAXIMUM_PAGES = 65_536

/** Encodes the module. */
export function encodeModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  const out = new WasmCode().op(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)
  section(out, SECTION.type, (to) => vector(to, module.types, encodeType))
  section(out, SECTION.import, (to) => encodeImports(to, module))
  section(out, SECTION.function, (to) => vector(to, module.functions, (each, { type }) => each.unsigned(type)))
  section(out, SECTION.table, (to) => to.byte(1).byte(TYPE.functionReference).byte(0).unsigned(module.table.length))
  section(out, SECTION.export, (to) =>
    vector(to, Object.entries(module.exports), (each, [name, index]) => text(each, name).byte(KIND.function).unsigned(index)),
  )
  section(out, SECTION.element, (to) => {
    to.byte(1).byte(0).i32(0).byte(WASM.end)
    vector(to, module.table, (each, index) => each.unsigned(index))
  })
  section(out, SECTION.code, (to) => vector(to, module.functions, encodeFunction))
  return out.bytes().slice()
}

function encodeImports(to: WasmCode, { imports, importType, memoryPages }: WasmModule): void {
  to.unsigned(imports.length + 1)
  for (const name of imports) text(text(to, 'env'), name).byte(KIND.function).unsigned(importType)
  text(text(to, 'env'), 'memory').byte(KIND.memory).byte(1).unsigned(memoryPages).unsigned(MAXIMUM_PAGES)
}

function encodeType(to: WasmCode, { parameters, results }: WasmType): void {
  to.byte(TYPE.function)
  vector(to, parameters, (each, type) => each.byte(type))
  vector(to, results, (each, type) => each.byte(type))
}

function encodeFunction(to: WasmCode, { locals, code }: WasmFunction): void {
  const body = new WasmCode()
  vector(body, locals, (each, [count, type]) => each.unsigned(count).byte(type))
  body.raw(code.bytes()).byte(WASM.end)
  to.unsigned(body.length).raw(body.bytes())
}

function vector<T>(to: WasmCode, items: readonly T[], encode: (to: WasmCode, item: T) => void): void {
  to.unsigned(items.length)
  for (const item of items) encode(to, item)
}

function section(to: WasmCode, id: number, fill: (content: WasmCode) => void): void {
  const content = new WasmCode()
  fill(content)
  to.byte(id).unsigned(content.length).raw(content.bytes())
}

function text(to: WasmCode, value: string): WasmCode {
  const bytes = new TextEncoder().encode(value)
  return to.unsigned(bytes.length).raw(bytes)
}
