/**
 * Answers a uprobe request: file, functions, sites, or why there are none and what may have been meant.
 */
import { type VirtualOffset, virtualOffset } from '../base/address.ts'
import { FormatError, PermissionError } from '../base/errors.ts'
import { nearestNames } from '../base/nearest-names.ts'
import { toFileOffset } from '../format/elf/segments.ts'
import type { Miss, UprobeRequest } from '../spec/type-source.ts'
import { demangle } from './demangle/demangle.ts'
import { formsOf } from './demangle/demangled-name.ts'
import { matchDemangled } from './demangled-match.ts'
import type { Executable } from './executable.ts'
import type { FunctionList, FunctionSymbol } from './function-list.ts'
import { isFunctionPattern, matchFunctions } from './function-match.ts'
import { findAddressSymbol, findImport } from './other-symbols.ts'

/** The functions that a request selects, and how far behind the start of each the probe is to be if not at its entry. */
export interface SelectedFunctions {
  readonly functions: readonly FunctionSymbol[]
  readonly offset: bigint | undefined
  /** They have not been named, but match a pattern. */
  readonly byPattern: boolean
}

/** What a request selects, or why it selects nothing. Throws `FormatError`. */
export function selectFunctions(executable: Executable, request: UprobeRequest): SelectedFunctions | Miss {
  if (request.address !== undefined) return atAddress(executable, virtualOffset(request.address + (request.offset ?? 0n)))
  const name = request.function ?? '*'
  const select = request.language === 'cpp' ? matchDemangled : matchLinked(executable.isGo)
  for (const functions of functionLists(executable)) {
    const selected = select(functions, name)
    if (selected.functions.length > 0) return { ...selected, offset: request.offset }
  }
  return request.language === 'cpp' ? explainSourceMiss(executable, name) : explainMiss(executable, name)
}

/** Most files have what is asked for themselves; what is in files of their own is opened for the rest. */
function* functionLists(executable: Executable): Generator<FunctionList> {
  yield executable.functions
  if (executable.isGo) return
  try {
    yield executable.separateFunctions
  } catch (error) {
    // Damaged debug information, or such that may not be read, is as good as none.
    if (!(error instanceof FormatError || error instanceof PermissionError)) throw error
  }
}

function matchLinked(isGo: boolean): typeof matchDemangled {
  return (functions, name) => ({
    functions: matchFunctions(functions, name, isGo),
    byPattern: isFunctionPattern(name, isGo) && functions.named(name).length === 0,
  })
}

function explainSourceMiss({ path, functions }: Executable, name: string): Miss {
  if (functions.all.length === 0) return miss(`${path} has no symbols for functions (it is stripped); probe an address`)
  if (name.includes('*')) return miss(`no function of C++ or Rust in ${path} matches ${name}`)
  return miss(`no function ${name} of C++ or Rust in ${path}`, nearestNames(name, sourceNames(functions.all)))
}

function* sourceNames(functions: readonly FunctionSymbol[]): Generator<string> {
  for (const { name } of functions) {
    const demangled = demangle(name)
    if (demangled !== name) yield* formsOf(demangled)
  }
}

/** A `Miss` without suggestions unless some are given. */
export function miss(reason: string, nearest: readonly string[] = []): Miss {
  return { kind: 'miss', reason, nearest }
}

/** An address is an offset in the function around it; where there is none it stands for itself. */
function atAddress(executable: Executable, address: VirtualOffset): SelectedFunctions {
  const around = knownFunctions(executable).find((symbol) => address >= symbol.address && address < symbol.address + BigInt(symbol.size))
  if (around !== undefined) return { functions: [around], offset: address - around.address, byPattern: false }
  return { functions: [{ name: `0x${address.toString(16)}`, address, size: 0 }], offset: 0n, byPattern: false }
}

/** An address can be probed whatever state the tables of names are in. */
function knownFunctions(executable: Executable): readonly FunctionSymbol[] {
  try {
    return executable.functions.all
  } catch (error) {
    if (error instanceof FormatError) return []
    throw error
  }
}

function explainMiss(executable: Executable, name: string): Miss {
  const { path, elf, functions } = executable
  const imported = findImport(elf, name)
  if (imported !== undefined)
    return miss(`${name} is not in ${path}, which imports it from ${imported.library ?? 'a library'}; probe it there`)
  const data = findAddressSymbol(elf, name)
  if (data !== undefined) return miss(`${name} in ${path} is data, not a function${inFile(executable, data.address)}`)
  if (functions.all.length === 0) return miss(`${path} has no symbols for functions (it is stripped); probe an address`)
  if (isFunctionPattern(name, executable.isGo)) return miss(`no function in ${path} matches ${name}`)
  const language = name.includes('::') ? `; names as C++ and Rust have them are written cpp:"${name}"` : ''
  return miss(`no function ${name} in ${path}${language}`, nearestNames(name, namesOf(functions.all)))
}

function inFile(executable: Executable, address: VirtualOffset): string {
  return toFileOffset(executable.elf.segments, address) === undefined ? ', and has no offset in the file' : ''
}

function* namesOf(functions: readonly FunctionSymbol[]): Generator<string> {
  for (const { name } of functions) yield name
}
