/**
 * What Go's compiler inlined into what: a list of calls for each function, in the data that the linker puts behind
 * `moduledata.gofunc`. Where that is differs between releases, so the word of the module data is taken by which the lists
 * make sense. Source: `runtime/symtabinl.go` of Go 1.18 to 1.27.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { type ElfFile, readVirtual } from '../elf/elf-file.ts'
import { readPointer } from '../elf/relocations.ts'
import { type FunctionRecord, readFunctionRecord } from './function-record.ts'
import { findModuledata } from './moduledata.ts'
import type { GoFunctions } from './pclntab.ts'

/** One inlined call. */
export interface InlinedCall {
  readonly name: string
  /** Where in the function, in bytes from its entry, the call would have been: what it was inlined into is asked there. */
  readonly parent: number
}

/** Offsets in `runtime.moduledata`: gofunc is at 304 (1.19), 320 (1.21 to 1.26), 344 (1.27). */
const FIRST_WORD = 296n
const LAST_WORD = 408n
/** So many functions with inlined calls tell a right word from a wrong one. */
const LOOKED_AT = 32
/** There are about 20 kinds of functions. */
const MOST_KINDS = 64

/** The inlined calls of one program. */
export class InlineTrees {
  readonly #elf: ElfFile
  readonly #functions: GoFunctions
  #base: VirtualOffset | 'unknown' | undefined

  constructor(elf: ElfFile, functions: GoFunctions) {
    this.#elf = elf
    this.#functions = functions
  }

  /** Call `index` of a function's list; undefined when the lists are not found. Throws `FormatError`. */
  get({ inlineTree }: FunctionRecord, index: number): InlinedCall | undefined {
    this.#base ??= this.#findBase() ?? 'unknown'
    if (this.#base === 'unknown' || inlineTree === undefined) return undefined
    return this.#read(virtualOffset(this.#base + BigInt(inlineTree)), index)
  }

  #read(tree: VirtualOffset, index: number): InlinedCall | undefined {
    const isNew = this.#functions.layout.version === '1.20'
    const size = isNew ? 16 : 20
    const bytes = readVirtual(this.#elf, virtualOffset(tree + BigInt(index * size)), size)
    if (bytes === undefined || bytes.length < size) return undefined
    const reader = new ByteReader(bytes, this.#elf.source.name)
    // From 1.20 on: kind, padding, name, parent, start line. Before: parent's number, kind, padding, file, line, name, parent.
    const kind = isNew ? reader.u8() : reader.skip(2).u8()
    reader.skip(isNew ? 3 : 9)
    const name = reader.i32()
    const parent = reader.i32()
    if (kind > MOST_KINDS || parent < 0) throw new FormatError(this.#elf.source.name, 'has a damaged list of inlined calls')
    return { name: this.#functions.textAt(name), parent }
  }

  #findBase(): VirtualOffset | undefined {
    const samples = this.#sampleTrees()
    const moduledata = samples.length === 0 ? undefined : findModuledata(this.#elf, this.#functions.address)
    if (moduledata === undefined) return undefined
    for (let at = FIRST_WORD; at <= LAST_WORD; at += 8n) {
      const base = readPointer(this.#elf, virtualOffset(moduledata.address + at))
      if (base !== undefined && base !== 0n && samples.every((sample) => this.#makesSense(base, sample))) return virtualOffset(base)
    }
    return undefined
  }

  #sampleTrees(): { readonly tree: number; readonly size: number }[] {
    const samples: { readonly tree: number; readonly size: number }[] = []
    for (let index = 0; index < this.#functions.length && samples.length < LOOKED_AT; index++) {
      const tree = readFunctionRecord(this.#functions, index).inlineTree
      if (tree !== undefined) samples.push({ tree, size: this.#functions.endAt(index) - this.#functions.entryAt(index) })
    }
    return samples
  }

  #makesSense(base: bigint, { tree, size }: { readonly tree: number; readonly size: number }): boolean {
    try {
      const call = this.#read(virtualOffset(base + BigInt(tree)), 0)
      return call !== undefined && call.parent < size && /^[\x21-\x7e]/.test(call.name)
    } catch (error) {
      if (error instanceof FormatError) return false
      throw error
    }
  }
}
