/**
 * What bpftool, which knows nothing of us, makes of maps and programs that this process has loaded.
 */
import { execFileSync } from 'node:child_process'
import { bpfIdsOf } from './session-target.ts'

/** An entry of a map as `bpftool map dump` shows it, by the map's BTF. */
export interface DumpedEntry {
  readonly key: unknown
  readonly value?: unknown
  readonly values?: readonly { readonly cpu: number; readonly value: unknown }[]
}

function bpftool(words: readonly string[]): string {
  return execFileSync('bpftool', words, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } })
}

/** The facts of this process's only map of a name, as bpftool lists them: `btf_id` is there when the map has BTF. */
export function showMap(name: string): { readonly id: number; readonly btf_id?: number } {
  const mine = bpfIdsOf(process.pid).MAP.map((id) => JSON.parse(bpftool(['-j', 'map', 'show', 'id', String(id)])))
  return mine.find((map) => map.name === name)
}

/** Its entries. */
export function dumpMap(name: string): readonly DumpedEntry[] {
  const entries = JSON.parse(bpftool(['-j', 'map', 'dump', 'id', String(showMap(name).id)]))
  return entries.map((entry: { formatted: DumpedEntry }) => entry.formatted)
}

/** The listing of this process's only program, with its source lines. */
export function dumpProgram(): string {
  const [id] = bpfIdsOf(process.pid).PROG
  return bpftool(['prog', 'dump', 'xlated', 'id', String(id), 'linum'])
}

/** A type of BTF as bpftool shows it. */
export interface DumpedType {
  readonly name: string
  readonly values?: readonly unknown[]
  readonly members?: readonly { readonly name: string; readonly bits_offset: number }[]
}

/** The types that this process's only program was loaded with. */
export function dumpBtf(): readonly DumpedType[] {
  const [id] = bpfIdsOf(process.pid).PROG
  const { btf_id } = JSON.parse(bpftool(['-j', 'prog', 'show', 'id', String(id)]))
  return JSON.parse(bpftool(['-j', 'btf', 'dump', 'id', String(btf_id)])).types
}
