/**
 * The options of scripts: what a `config` block or the environment may set, what they are when nobody does, and how their values are
 * written (section 7.2 of the language reference).
 */

/** A value as a script or the environment has it. */
export type WrittenValue = string | bigint | boolean
/** A value as it holds. */
export type OptionValue = string | bigint | boolean

/** What stands for an option: its value when nobody sets it, and how one is read. */
export interface ConfigOption {
  readonly standard: OptionValue
  /** The value, or a sentence that says what is wrong with what was written. */
  read(value: WrittenValue, key: string): { readonly value: OptionValue } | { readonly problem: string }
}

const YES = ['true', 'on', 'yes']
const NO = ['false', 'off', 'no']

function truth(standard: boolean): ConfigOption {
  return {
    standard,
    read(written, key) {
      if (typeof written === 'boolean') return { value: written }
      if (typeof written === 'bigint' || /^\d+$/.test(written)) return { value: BigInt(written) !== 0n }
      const word = written.toLowerCase()
      if (YES.includes(word) || NO.includes(word)) return { value: YES.includes(word) }
      return { problem: `${key}: Invalid bool value: valid values are true, false, 1 or 0.` }
    },
  }
}

function count(standard: bigint, most = 1n << 62n): ConfigOption {
  return {
    standard,
    read(written, key) {
      const isNumber = typeof written === 'bigint' || (typeof written === 'string' && /^\d+$/.test(written))
      if (!isNumber) return { problem: `${key}: expecting a number, got ${written}` }
      const value = BigInt(written)
      return value <= most ? { value } : { problem: `${key}: at most ${most} is possible here, got ${value}` }
    },
  }
}

function text(standard: string): ConfigOption {
  return { standard, read: (written) => ({ value: String(written) }) }
}

function word(standard: string, words: readonly string[], problem: (written: WrittenValue, key: string) => string): ConfigOption {
  return {
    standard,
    read: (written, key) =>
      typeof written === 'string' && words.includes(written) ? { value: written } : { problem: problem(written, key) },
  }
}

/** `error`, `warn` or `enable`; truth values stand for the first and the last. */
function unstable(standard: string): ConfigOption {
  return {
    standard,
    read(written, key) {
      const found = String(written).toLowerCase()
      if (['enable', '1', ...YES].includes(found)) return { value: 'enable' }
      if (['error', '0', ...NO].includes(found)) return { value: 'error' }
      if (found === 'warn') return { value: 'warn' }
      return { problem: `${key}: Invalid value for unstable config: valid values are enable, warn, and error.` }
    },
  }
}

const LICENSES = ['Dual MIT/GPL', 'Dual BSD/GPL', 'Dual MPL/GPL', 'GPL and additional rights', 'GPL v2', 'GPL']
const ABOUT_LICENSES = 'https://docs.kernel.org/bpf/bpf_licensing.html#using-bpf-programs-in-the-linux-kernel'
const oneOf = (words: string) => (_written: WrittenValue, key: string) => `${key}: Invalid value for ${key}: valid values are ${words}.`
/** As many bytes as a string of the kernel half may have. */
const LONGEST_STRING = 1n << 16n

/** All options, in the order in which `print(config)` shows them. */
export const OPTIONS: Readonly<Record<string, ConfigOption>> = {
  cpp_demangle: truth(true),
  lazy_symbolication: truth(true),
  print_maps_on_exit: truth(true),
  use_blazesym: truth(false),
  show_debug_info: truth(false),
  log_size: count(1_000_000n),
  max_bpf_progs: count(1024n),
  max_cat_bytes: count(10_240n, 1n << 31n),
  max_map_keys: count(4096n, 1n << 31n),
  max_probes: count(1024n),
  max_strlen: count(1024n, LONGEST_STRING),
  on_stack_limit: count(32n),
  perf_rb_pages: count(0n),
  str_trunc_trailer: text('..'),
  unstable_import_statement: unstable('error'),
  unstable_tseries: unstable('warn'),
  unstable_typeinfo: unstable('error'),
  unstable_dw_ustack: unstable('warn'),
  missing_probes: word('error', ['error', 'warn', 'ignore'], oneOf('ignore, warn, and error')),
  stack_mode: word('bpftrace', ['bpftrace', 'perf', 'raw', 'build_id'], oneOf('bpftrace, raw, perf, and build_id')),
  license: word(
    'GPL',
    LICENSES,
    (written) =>
      `Invalid value for license. Found: ${written}. Valid values: ${LICENSES.join(', ')}. Read more about BPF programs and licensing: ${ABOUT_LICENSES}`,
  ),
}

/** Options that change nothing, and are not among those that are shown: names of users' programs are looked up when they are needed. */
export const SILENT: Readonly<Record<string, ConfigOption>> = {
  cache_user_symbols: {
    standard: 'PER_PID',
    read: (written, key) =>
      ['PER_PID', 'PER_PROGRAM', 'NONE', '0', '1'].includes(String(written))
        ? { value: String(written) }
        : { problem: `${key}: Invalid value for ${key}: valid values are PER_PID, PER_PROGRAM, and NONE.` },
  },
}

/** Old names. What is set by one holds, except where it means the opposite. */
export const RENAMED: Readonly<Record<string, string>> = {
  strlen: 'max_strlen',
  no_cpp_demangle: 'cpp_demangle',
  cat_bytes_max: 'max_cat_bytes',
  map_keys_max: 'max_map_keys',
}
/** What only the environment can set. */
export const ENVIRONMENT_ONLY: readonly string[] = ['btf', 'kernel_source', 'kernel_build', 'vmlinux']
/** Options of former days. */
export const DEPRECATED: readonly string[] = [
  'symbol_source',
  'max_type_res_iterations',
  'unstable_addr',
  'unstable_import',
  'unstable_macro',
  'unstable_map_decl',
]
