/**
 * The options of the command line, one row each: those of bpftrace (section 7.1 of the language reference) and a few more.
 * What their values mean is read in `command-line.ts`; the help is written from here.
 */

/** An option as the user writes it. At least one of `short` and `long` is there. */
export interface OptionSpec {
  /** With its dash. */
  readonly short?: string
  /** With its dashes. */
  readonly long?: string
  /** What the help calls its value; in brackets when it may be left out. Without one the option takes no value. */
  readonly value?: `<${string}>` | `[${string}]`
  readonly help: string
}

/** All options, in the order of the help. */
export const OPTIONS = {
  program: { short: '-e', value: '<program>', help: 'run this program text' },
  list: { short: '-l', long: '--list', value: '[pattern]', help: 'list probes that match, such as uprobe:/bin/bash:read*' },
  pid: { short: '-p', long: '--pid', value: '<pid>', help: 'trace this process only, until it ends' },
  command: {
    short: '-c',
    long: '--cmd',
    value: '<command>',
    help: 'start this command once everything is attached, and end with it',
  },
  cgroup: { long: '--cgroup', value: '<path>', help: 'trace only tasks in this cgroup (v2) and below it' },
  output: { short: '-o', long: '--output', value: '<file>', help: 'write the output to a file' },
  format: {
    short: '-f',
    long: '--format',
    value: '<format>',
    help: 'how to write the output: text (the default), json, or the maps keyed by a stack as pprof, folded (flamegraph.pl) or speedscope',
  },
  buffering: {
    short: '-B',
    value: '<mode>',
    help: 'when output is handed on: line, full or none; here always before the run waits for more',
  },
  warnings: { short: '-k', long: '--warnings', help: 'say where the script reads memory that cannot be read' },
  noWarnings: { long: '--no-warnings', help: 'print no warnings, of the script or while it runs' },
  btf: { short: '-b', long: '--btf', help: 'nothing: types of the kernel are always there' },
  usdtFileActivation: { long: '--usdt-file-activation', help: 'nothing: the kernel counts who traces static probes' },
  info: { long: '--info', help: 'say what this kernel can do, and what to do about what it cannot' },
  quiet: { short: '-q', long: '--quiet', help: 'do not say how many probes are attached' },
  verbose: { short: '-v', long: '--verbose', help: 'say how probes are attached; show the whole log of the verifier' },
  debug: {
    short: '-d',
    long: '--debug',
    value: '<stage>',
    help: 'print a stage of the compiler: ast, ir, ir:PASS, passes, asm, verifier, all (repeat or join with commas)',
  },
  noFeature: { long: '--no-feature', value: '<features>', help: 'do without a feature of the kernel, such as uprobe_multi' },
  maxRate: { long: '--max-rate', value: '<hits>', help: 'detach a uprobe that is hit more often a second than this, and say so' },
  includeDirectory: { short: '-I', value: '<directory>', help: 'look for headers here before where the system has its own (repeat)' },
  includeFile: { long: '--include', value: '<file>', help: 'read this header before the program (repeat)' },
  unsafe: { long: '--unsafe', help: 'allow functions that change what is traced or run commands: system, signal, ...' },
  dryRun: { long: '--dry-run', help: 'attach everything, then end' },
  test: { long: '--test', help: 'run the test probes of the script and say which passed' },
  vm: { long: '--vm', help: 'run BEGIN, END, interval and test probes in a virtual machine: no root, no kernel' },
  version: { short: '-V', long: '--version', help: 'print the version' },
  help: { short: '-h', long: '--help', help: 'print this help' },
} as const satisfies Record<string, OptionSpec>

/** A row of the table. */
export type OptionName = keyof typeof OPTIONS

/** How messages and the help write an option: `-p, --pid <pid>`. */
export function showOption({ short, long, value }: OptionSpec): string {
  const names = [short, long].filter((name) => name !== undefined).join(', ')
  return value === undefined ? names : `${names} ${value}`
}
