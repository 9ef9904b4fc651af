/**
 * What a kind of probe is to the compiler: how its attach points are written, how one expands through the `TypeSource`
 * into places to attach to, and what a program at such a place may use. The table is `probe-kinds.ts`.
 */
import type { Span } from '../../../base/source-text.ts'
import type { AttachPoint, UprobeSite } from '../../../spec/attach-point.ts'
import type { ProgramType } from '../../../spec/program-spec.ts'
import type {
  FunctionArguments,
  GoRuntime,
  Miss,
  NamedMember,
  TracepointFormat,
  TypeSource,
  UsdtArgument,
} from '../../../spec/type-source.ts'
import type { PointerSpace } from '../../../spec/types/type.ts'
import type { Report } from '../report.ts'
import type { AttachPointNode } from '../script-ast.ts'

/** Full names of the kinds of probe that are compiled. */
export type ProviderName =
  | 'begin'
  | 'end'
  | 'test'
  | 'interval'
  | 'profile'
  | 'software'
  | 'hardware'
  | 'uprobe'
  | 'uretprobe'
  | 'usdt'
  | 'tracepoint'
  | 'rawtracepoint'
  | 'watchpoint'
  | 'self'
  | 'iter'

/** What a program at a place may rely on. */
export interface ProbeContext {
  readonly provider: ProviderName
  readonly programType: ProgramType
  /** Whose memory an integer that is cast to a pointer is taken to be. */
  readonly space: PointerSpace
  /** The value of `probe`: the full name of the first place. */
  readonly probeName: string
  /** For uprobes and uretprobes. */
  readonly uprobe?: UprobeContext
  /** For static probes: where the arguments are. */
  readonly usdt?: { readonly arguments: readonly UsdtArgument[] }
  /** For raw tracepoints: what they are called with. */
  readonly parameters?: readonly NamedMember[]
  /** For iterators: the struct that describes a step. */
  readonly iterated?: string
  /** For tracepoints. */
  readonly tracepoint?: TracepointFormat
}

/** True where the context of a program begins with the registers of what was interrupted (`struct pt_regs`). */
export function hasRegisters({ programType }: ProbeContext): boolean {
  return programType === 'kprobe' || programType === 'perf_event'
}

/** The probed object of a uprobe program. */
export interface UprobeContext {
  readonly path: string
  readonly isGo: boolean
  /** For Go programs. */
  readonly go?: GoRuntime
  readonly positionIndependent: boolean
  readonly return: boolean
  /** All sites of the program. */
  readonly sites: readonly UprobeSite[]
  /** What debug information says of the function, where the program asks for `args`: the program has one site then. */
  readonly arguments?: FunctionArguments | Miss
  /** The same of the results of a Go function, where the program asks for `retval`. */
  readonly results?: FunctionArguments | Miss
}

/** One place (or one link of many sites) to attach to. */
export interface ProbePlace {
  readonly attach: AttachPoint
  readonly context: ProbeContext
  /** Places of one probe with equal keys share a program. */
  readonly shareKey: string
  /** Probes as bpftrace counts them. */
  readonly count: number
}

/** What an attach point is expanded by. */
export interface Expansion {
  readonly typeSource: TypeSource
  readonly report: Report
  readonly pid?: number
  /** What to do about a pattern or name that selects nothing. */
  readonly missing: 'error' | 'warn' | 'ignore'
  /** Names of the test probes so far; those that are expanded are added. */
  readonly tests: Set<string>
  /** Builtins and calls that the probe uses. */
  readonly names: ReadonlySet<string>
}

/** A row of the table of probe kinds. */
export interface ProbeKind {
  readonly provider: ProviderName
  /** All spellings of the provider, in lower case; the first is the full name. */
  readonly spellings: readonly string[]
  /** True when what it selects is looked up in an executable file. */
  readonly inExecutable?: true
  /** The places that an attach point selects; complaints go to the report. */
  expand(point: AttachPointNode, expansion: Expansion): readonly ProbePlace[]
}

/** Complains about something that selects nothing, as severely as the configuration asks for. */
export function reportMissing(expansion: Expansion, complaint: { span: Span; message: string; hint?: string | undefined }): void {
  if (expansion.missing === 'ignore') return
  const full = { code: 'no-such-probe', ...complaint }
  if (expansion.missing === 'warn') expansion.report.warning(full)
  else expansion.report.error(full)
}
