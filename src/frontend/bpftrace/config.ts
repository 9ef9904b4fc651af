/**
 * Configuration of a script: what its `config` block may set, with defaults (section 7.2 of the language reference).
 */
import type { StackMode } from '../../spec/types/type.ts'
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
  /** Bytes that `cat` prints of a file. */
  readonly maxCatBytes: number
}

/** What holds when a script sets nothing. */
export const DEFAULT_CONFIG: ScriptConfig = {
  maxStringLength: 1024,
  maxMapKeys: 4096,
  printMapsOnExit: true,
  missingProbes: 'error',
  stackMode: 'bpftrace',
  showDebugInfo: false,
  cppDemangle: true,
  allowUnsafe: false,
  maxCatBytes: 10_240,
}

type Setting = (value: string | bigint | boolean) => Partial<ScriptConfig> | string

const SETTINGS: Readonly<Record<string, Setting>> = {
  max_strlen: (value) => integerSetting(value, 1n << 16n, (maxStringLength) => ({ maxStringLength })),
  max_map_keys: (value) => integerSetting(value, 1n << 31n, (maxMapKeys) => ({ maxMapKeys })),
  max_cat_bytes: (value) => integerSetting(value, 1n << 31n, (maxCatBytes) => ({ maxCatBytes })),
  print_maps_on_exit: (value) => booleanSetting(value, (printMapsOnExit) => ({ printMapsOnExit })),
  show_debug_info: (value) => booleanSetting(value, (showDebugInfo) => ({ showDebugInfo })),
  cpp_demangle: (value) => booleanSetting(value, (cppDemangle) => ({ cppDemangle })),
  stack_mode: (value) =>
    value === 'bpftrace' || value === 'perf' || value === 'raw' || value === 'build_id'
      ? { stackMode: value }
      : "expected 'bpftrace', 'perf', 'raw' or 'build_id'",
  missing_probes: (value) =>
    value === 'error' || value === 'warn' || value === 'ignore' ? { missingProbes: value } : "expected 'error', 'warn' or 'ignore'",
}
const RENAMED: Readonly<Record<string, string>> = {
  strlen: 'max_strlen',
  no_cpp_demangle: 'cpp_demangle',
  cat_bytes_max: 'max_cat_bytes',
  map_keys_max: 'max_map_keys',
}
const ENVIRONMENT_ONLY = ['btf', 'kernel_source', 'kernel_build', 'vmlinux', 'color']
/** Options of bpftrace that change nothing in what is compiled here yet. */
const WITHOUT_EFFECT = `cache_user_symbols lazy_symbolication license log_size max_bpf_progs max_probes
  on_stack_limit perf_rb_pages use_blazesym str_trunc_trailer unstable_import_statement unstable_typeinfo
  unstable_tseries unstable_dw_ustack symbol_source max_type_res_iterations unstable_addr unstable_import unstable_macro
  unstable_map_decl`.split(/\s+/)

/** Applies a `config` block to the defaults; complains about unknown keys and bad values. */
export function readConfig(entries: readonly ConfigEntry[], base: ScriptConfig, report: Report): ScriptConfig {
  return entries.reduce((config, entry) => applyEntry(config, entry, report), base)
}

function applyEntry(config: ScriptConfig, entry: ConfigEntry, report: Report): ScriptConfig {
  const key = entry.key.toLowerCase().replace(/^bpftrace_/, '')
  const setting = Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined
  if (setting === undefined) {
    complainAboutKey(entry, key, report)
    return config
  }
  const result = setting(entry.value)
  if (typeof result !== 'string') return { ...config, ...result }
  report.error({ code: 'bad-config-value', span: entry.valueSpan, message: `invalid value for ${entry.key}: ${result}` })
  return config
}

function complainAboutKey(entry: ConfigEntry, key: string, report: Report): void {
  const { span } = entry
  if (Object.hasOwn(RENAMED, key)) {
    report.error({ code: 'renamed-config-key', span, message: `${entry.key} has been renamed to ${RENAMED[key]}` })
  } else if (ENVIRONMENT_ONLY.includes(key)) {
    report.error({ code: 'environment-only', span, message: `${entry.key} can only be set as an environment variable` })
  } else if (WITHOUT_EFFECT.includes(key)) {
    report.warning({ code: 'config-without-effect', span, message: `${entry.key} has no effect yet` })
  } else {
    report.error({ code: 'unknown-config-key', span, message: `${entry.key}: not a known configuration option` })
  }
}

function integerSetting(
  value: string | bigint | boolean,
  largest: bigint,
  set: (value: number) => Partial<ScriptConfig>,
): Partial<ScriptConfig> | string {
  return typeof value === 'bigint' && value > 0n && value <= largest ? set(Number(value)) : `expected a number from 1 to ${largest}`
}

function booleanSetting(value: string | bigint | boolean, set: (value: boolean) => Partial<ScriptConfig>): Partial<ScriptConfig> | string {
  const word = String(value).toLowerCase()
  if (['true', '1', 'on', 'yes'].includes(word)) return set(true)
  return ['false', '0', 'off', 'no'].includes(word) ? set(false) : 'expected true or false'
}
