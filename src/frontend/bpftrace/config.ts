/**
 * Configuration of a script: what its `config` block may set, with defaults (section 7.2 of the language reference).
 */

import { nearestNames } from '../../base/nearest-names.ts'
import type { StackMode } from '../../spec/types/type.ts'
import { DEPRECATED, ENVIRONMENT_ONLY, OPTIONS, type OptionValue, RENAMED, SILENT } from './config-options.ts'
import type { Report } from './report.ts'
import type { ConfigEntry } from './script-ast.ts'

/** The settings that the compiler and the session act on. */
export interface ScriptConfig {
  /** Bytes of a string, its NUL included. */
  readonly maxStringLength: number
  readonly maxMapKeys: number
  readonly printMapsOnExit: boolean
  readonly missingProbes: 'error' | 'warn' | 'ignore'
  /** How a stack is shown that does not say. */
  readonly stackMode: StackMode
  /** Lines and inlined calls in stacks. Off, as in bpftrace without blazesym, which is what distributions package. */
  readonly showDebugInfo: boolean
  /** Names of C++ and Rust as their sources have them. */
  readonly cppDemangle: boolean
  /** Functions that change what is traced (`--unsafe`); no script can say so itself. */
  readonly allowUnsafe: boolean
  /** Reads of memory that fail are said while the script runs. */
  readonly saysFailedReads: boolean
  /** Bytes that `cat` prints of a file. */
  readonly maxCatBytes: number
  /** Most probes that are attached: no limit when nobody sets one, since one link holds all that a pattern selects. And most programs. */
  readonly maxProbes: number
  readonly maxPrograms: number
  /** What the programs are under; the kernel lets only programs under the GPL call most helpers. */
  readonly license: string
  /** What `unstable_FEATURE` says. */
  readonly unstable: Readonly<Record<'tseries' | 'typeinfo', 'error' | 'warn' | 'enable'>>
  /** All options by name, as the builtin `config` shows them. */
  readonly options: ReadonlyMap<string, OptionValue>
}

/** What cannot be set by a script: the command line says it. */
export type CommandLineConfig = Partial<Pick<ScriptConfig, 'allowUnsafe' | 'saysFailedReads' | 'showDebugInfo'>>

/** Reads a `config` block and the environment (`BPFTRACE_` and the name in capitals), which wins; complains about what is wrong in them. */
export function readConfig(
  entries: readonly ConfigEntry[],
  base: CommandLineConfig & { readonly environment?: Readonly<Record<string, string | undefined>> },
  report: Report,
): ScriptConfig {
  const options = new Map<string, OptionValue>(Object.entries(OPTIONS).map(([key, { standard }]) => [key, standard]))
  if (base.showDebugInfo === true) options.set('show_debug_info', true)
  for (const entry of entries) applyEntry(options, entry, report)
  for (const [key, option] of Object.entries({ ...OPTIONS, ...SILENT })) {
    const written = base.environment?.[`BPFTRACE_${key.toUpperCase()}`]
    if (written === undefined) continue
    const result = option.read(written, key)
    if ('problem' in result) report.placeless('error', { code: 'bad-environment', message: result.problem })
    else if (Object.hasOwn(OPTIONS, key)) options.set(key, result.value)
  }
  return configOf(options, base)
}

function applyEntry(options: Map<string, OptionValue>, { key: written, value, span }: ConfigEntry, report: Report): void {
  const lower = written.toLowerCase()
  const name = lower.replace(/^bpftrace_/, '')
  const key = Object.hasOwn(RENAMED, name) ? (RENAMED[name] ?? name) : name
  const option = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : Object.hasOwn(SILENT, key) ? SILENT[key] : undefined
  if (key !== name) report.warning({ code: 'renamed-config-key', span, message: `${written} has been renamed, please use ${key}` })
  if (option === undefined) {
    complainAboutKey(written, name, { span, report })
    return
  }
  const result = option.read(value, key)
  if ('problem' in result) report.error({ code: 'bad-config-value', span, message: result.problem })
  else if (Object.hasOwn(OPTIONS, key)) options.set(key, result.value)
  if (key === 'str_trunc_trailer' && value !== '..')
    report.warning({ code: 'config-without-effect', span, message: `${written} has no effect yet` })
}

function complainAboutKey(
  written: string,
  name: string,
  { span, report }: { readonly span: ConfigEntry['span']; readonly report: Report },
): void {
  if (ENVIRONMENT_ONLY.includes(name)) {
    report.error({ code: 'environment-only', span, message: `${written}: can only be set as an environment variable` })
  } else if (DEPRECATED.includes(name)) {
    report.warning({ code: 'config-without-effect', span, message: `${written} is deprecated and has no effect` })
  } else {
    const near = nearestNames(name, Object.keys(OPTIONS))
    const hint = near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`
    report.error({ code: 'unknown-config-key', span, message: `${written}: not a known configuration option`, hint })
  }
}

function configOf(
  options: ReadonlyMap<string, OptionValue>,
  { allowUnsafe = false, saysFailedReads = false }: CommandLineConfig,
): ScriptConfig {
  const number = (key: string) => Number(options.get(key))
  const word = <T extends string>(key: string) => String(options.get(key)) as T
  return {
    maxStringLength: Math.max(1, number('max_strlen')),
    maxMapKeys: Math.max(1, number('max_map_keys')),
    printMapsOnExit: options.get('print_maps_on_exit') === true,
    missingProbes: word('missing_probes'),
    stackMode: word('stack_mode'),
    showDebugInfo: options.get('show_debug_info') === true,
    cppDemangle: options.get('cpp_demangle') === true,
    allowUnsafe,
    saysFailedReads,
    maxCatBytes: number('max_cat_bytes'),
    maxProbes: options.get('max_probes') === OPTIONS.max_probes?.standard ? Number.POSITIVE_INFINITY : number('max_probes'),
    maxPrograms: number('max_bpf_progs'),
    license: word('license'),
    unstable: { tseries: word('unstable_tseries'), typeinfo: word('unstable_typeinfo') },
    options,
  }
}
