/**
 * Programs with debug information, built by the compilers of the machine from `testdata/dwarf`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DebugInfo } from '../../src/format/dwarf/debug-info.ts'
import { debugSections } from '../../src/format/dwarf/sections.ts'
import { readElf } from '../../src/format/elf/elf-file.ts'
import { inflate } from '../../src/symbolize/debug-info/inflate.ts'
import { FileSource } from '../../src/symbolize/file-source.ts'

const SOURCES = resolve(import.meta.dirname, '../../testdata/dwarf')

/** A directory of built programs. Whoever made it removes it. */
export class DebugPrograms {
  readonly #directory = mkdtempSync(join(tmpdir(), 'borescope-dwarf-'))
  readonly #sources: FileSource[] = []

  /** Builds a C program of `testdata/dwarf` by gcc; answers its path. */
  c(name: string, flags: readonly string[], source = 'arguments.c'): string {
    const path = join(this.#directory, name)
    execFileSync('gcc', [...flags, '-o', path, join(SOURCES, source)])
    return path
  }

  /** Builds a C++ program of `testdata/dwarf` by g++; answers its path. */
  cpp(name: string, flags: readonly string[], source = 'inlined.cc'): string {
    const path = join(this.#directory, name)
    execFileSync('g++', [...flags, '-o', path, join(SOURCES, source)])
    return path
  }

  /** Builds the Go program of `testdata/dwarf/go`. */
  go(name: string, flags: readonly string[] = [], go = 'go'): string {
    const path = join(this.#directory, name)
    execFileSync(go, ['build', ...flags, '-o', path, '.'], { cwd: join(SOURCES, 'go') })
    return path
  }

  /** The debug information in a file. */
  open(path: string): DebugInfo {
    const source = new FileSource(path)
    this.#sources.push(source)
    return new DebugInfo(debugSections(readElf(source), inflate))
  }

  remove(): void {
    for (const source of this.#sources) source.close()
    rmSync(this.#directory, { recursive: true })
  }
}
