/**
 * What one run of a script is asked to do: the command line as data, before anything is looked up or opened.
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceText } from '../../base/source-text.ts'
import type { OutputFormat } from '../../output/output-format.ts'
import type { OutputWriter, TextSink } from '../../output/output-writer.ts'
import type { HeaderOptions } from './headers.ts'
import type { ScriptMaps } from './script-maps.ts'

/** A stage whose result `-d` prints; `ir:PASS` is the IR as that pass leaves it, each time it changes something. */
export type DebugStage = 'ast' | 'ir' | `ir:${string}` | 'passes' | 'asm' | 'verifier'

/** The stages in the order of the compiler. */
export const DEBUG_STAGES: readonly DebugStage[] = ['ast', 'ir', 'passes', 'asm', 'verifier']

/** One run, as the command line asks for it. */
export interface ScriptOptions extends HeaderOptions {
  readonly source: SourceText
  /** `$1`, `$2`, ... */
  readonly parameters: readonly string[]
  /** `-p`: only this process; the run ends when it does. */
  readonly pid?: number
  /** `-c`: started, held until everything is attached, and the run ends when it does. */
  readonly command?: string
  /** `--cgroup`: only tasks in this cgroup (a directory of a cgroup v2 mount) and below. */
  readonly cgroupPath?: string
  readonly format: OutputFormat
  /** `-q`: no message about attached probes. */
  readonly quiet: boolean
  /** `-v`: how everything was attached, and the whole log of the verifier when it refuses. */
  readonly verbose: boolean
  /** `-k`: reads of memory that fail are said. */
  readonly saysFailedReads?: boolean
  /** `--no-warnings`: nothing but errors beside the output. */
  readonly noWarnings?: boolean
  readonly debugStages: ReadonlySet<DebugStage>
  /** `--no-feature`. */
  readonly disabledFeatures: readonly string[]
  /** `--test`: runs the test probes, and attaches nothing. */
  readonly test: boolean
  /** `--vm`: runs the programs in this process instead of the kernel, with no privilege. */
  readonly vm: boolean
  /** `--max-rate`: hits a second above which a probe of functions is detached. */
  readonly maxRate?: number
  /** `--unsafe`: allows functions that change what is traced, or run commands. */
  readonly unsafe: boolean
  /** `--dry-run`: attach, then end. */
  readonly dryRun: boolean
}

/** Where a run writes. Text is byte strings: one character (0..255) a byte. */
export interface ScriptStreams {
  readonly out: ByteSink
  /** Where the profile goes, for the forms of output that are one. */
  readonly profile?: ByteSink
  readonly err: ByteSink
  /** True when `out` is a terminal: control characters of traced programs are escaped. */
  readonly isTerminal: boolean
  /** Takes what the run has to say as values, instead of text on `out`. */
  readonly observer?: RunObserver
  /** Called when everything is attached. */
  readonly onAttached?: () => void
}

/** Who runs a script from a program. */
export interface RunObserver {
  readonly writer: OutputWriter
  /** The script has been read; with errors among the diagnostics the run ends. */
  diagnosed(diagnostics: readonly Diagnostic[]): void
  /** All probes are attached. The maps can be read until the run has ended. */
  attached(maps: ScriptMaps): void
}

/** Takes byte strings; `flush` hands everything on. */
export interface ByteSink extends TextSink {
  flush(): void
}
