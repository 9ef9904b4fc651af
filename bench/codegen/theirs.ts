/**
 * The other side: the same programs in C through clang, and the scripts through bpftrace.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { memorySource } from '../../src/format/elf/byte-source.ts'
import { findSection, readElf } from '../../src/format/elf/elf-file.ts'
import { readObject } from '../../src/spec/object-reader.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'
import { scriptText } from './ours.ts'

/** The newest clang of Debian 12. */
const CLANG = 'clang-19'
const FLAGS = ['-O2', '-target', 'bpf', '-mcpu=v3', '-Wall', '-Werror', '-Wno-unused-variable']

/** Where the comparison keeps its files, and what it compiles for. */
export interface Workbench {
  readonly directory: string
  /** The binary that probes name. */
  readonly target: string
  /** Address of its global `counter`. */
  readonly counterAddress: bigint
}

/** Builds the target, not position-independent so that addresses are known. The caller removes the directory. */
export function buildWorkbench(directory: string): Workbench {
  const target = join(directory, 'target')
  execFileSync('gcc', ['-O1', '-no-pie', '-o', target, fileURLToPath(new URL('target.c', import.meta.url))])
  const symbols = execFileSync('nm', [target], { encoding: 'utf8' })
  const address = /^([0-9a-f]+) \w counter$/m.exec(symbols)?.[1]
  if (address === undefined) throw new Error(`${target} has no symbol counter`)
  return { directory, target, counterAddress: BigInt(`0x${address}`) }
}

/** True when the compiler that is compared with is there. */
export function hasClang(): boolean {
  return spawnSync(CLANG, ['--version']).status === 0
}

/** Compiles `c/NAME.c`. Throws with clang's message when it has errors. */
export function compileWithClang(name: string, { directory, counterAddress }: Workbench): ObjectSpec {
  const object = join(directory, `${name}.o`)
  const source = fileURLToPath(new URL(`c/${name}.c`, import.meta.url))
  execFileSync(CLANG, [...FLAGS, `-DCOUNTER_ADDRESS=${counterAddress}`, '-c', source, '-o', object], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return readObject(memorySource(`${name}.o`, readFileSync(object)))
}

const SLOT = 8

/** Slots that bpftrace loads for the uprobes of a script; undefined when it cannot compile it. */
export function bpftraceSlots(name: string, { directory, target }: Workbench): number | undefined {
  const [script, object] = [join(directory, `${name}.bt`), join(directory, `${name}.bpftrace.o`)]
  writeFileSync(script, scriptText(name, target))
  spawnSync('bpftrace', ['--emit-elf', object, script], { stdio: 'ignore' })
  if (!existsSync(object)) return undefined
  const elf = readElf(memorySource(object, readFileSync(object)))
  if (findSection(elf, '.text') === undefined) return undefined
  const sections = elf.sections.filter((section) => /^s_u(ret)?probe/.test(section.name))
  return sections.reduce((sum, { size }) => sum + size / SLOT, 0)
}
