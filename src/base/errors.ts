/**
 * The errors that borescope throws: one class per way in which the world can refuse. Each carries plain fields, a
 * sentence, and where one is known a remedy. A mistake in a traced program is not here: that is a `Diagnostic`.
 */

/** What every error of borescope has: a stable `code`, and a `remedy` when there is something the user can do. */
export abstract class BorescopeError extends Error {
  abstract readonly code: string
  readonly remedy: string | undefined

  constructor(message: string, options: { remedy?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = new.target.name
    this.remedy = options.remedy
  }
}

/** A system call failed for a reason that no more specific class covers. */
export class SyscallError extends BorescopeError {
  readonly code = 'syscall'
  /** The call, such as `bpf(BPF_MAP_CREATE)`. */
  readonly call: string
  /** The symbolic errno, such as `EINVAL`. */
  readonly errno: string

  constructor(call: string, errno: string, doing: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(`${doing}: ${call} failed with ${errno}`, options)
    this.call = call
    this.errno = errno
  }
}

/** The kernel (or this build of borescope) lacks something. */
export class NotSupportedError extends BorescopeError {
  readonly code = 'not-supported'
  readonly feature: string
  /** The first kernel that has the feature, when a newer kernel is the remedy. */
  readonly since: string | undefined

  constructor(feature: string, options: { since?: string; detail?: string; remedy?: string; cause?: unknown } = {}) {
    const since = options.since === undefined ? '' : ` (Linux ${options.since} has it)`
    const detail = options.detail === undefined ? '' : `: ${options.detail}`
    super(`${feature} is not supported here${since}${detail}`, options)
    this.feature = feature
    this.since = options.since
  }
}

/** What is known of a refusal by the verifier. */
export interface Refusal {
  /** Its class, stable and in words, such as `possibly-null`. */
  readonly reason: string
  /** What the program does, to follow "it". */
  readonly what: string
  /** Why the kernel refuses that. */
  readonly why: string
  /** What the user can do, if anything. */
  readonly remedy?: string | undefined
  /** What the verifier said. */
  readonly complaint: string
  /** The verifier's log, untouched. */
  readonly log: string
  /** Index (in 8-byte slots) of the refused instruction, when the log names one. */
  readonly instruction?: number | undefined
  /** `FILE:LINE:COL` and the source line with a marker under it, when the instruction comes from user source. */
  readonly source?: string | undefined
}

const REPORT = 'a program that borescope compiled and the kernel refused is a bug of borescope: please report it with the log (-v shows it)'

/** The kernel's verifier refused a program. The whole log is kept. */
export class VerifierError extends BorescopeError {
  readonly code = 'verifier'
  readonly program: string
  /** The class of the refusal, stable and in words, such as `possibly-null`. */
  readonly reason: string
  /** Why the kernel refuses what the program does. */
  readonly why: string
  /** What the verifier said, in its words. */
  readonly complaint: string
  /** The verifier's log, untouched. */
  readonly log: string
  /** Index (in 8-byte slots) of the refused instruction, when the log names one. */
  readonly instruction: number | undefined
  /** `FILE:LINE:COL` and the source line with a marker under it, when the instruction comes from user source. */
  readonly source: string | undefined

  constructor(program: string, refusal: Refusal) {
    super(`the kernel's verifier refused program ${program}: it ${refusal.what} (${quote(refusal)})`, {
      remedy: refusal.remedy === undefined ? REPORT : `${refusal.remedy}; ${REPORT}`,
    })
    this.program = program
    this.reason = refusal.reason
    this.why = refusal.why
    this.complaint = refusal.complaint
    this.log = refusal.log
    this.instruction = refusal.instruction
    this.source = refusal.source
  }
}

function quote({ complaint, instruction }: Refusal): string {
  return instruction === undefined ? `"${complaint}"` : `"${complaint}" at instruction ${instruction}`
}

/** Bytes that are not what they should be: not an ELF file, a truncated table, an unknown version. */
export class FormatError extends BorescopeError {
  readonly code = 'format'
  /** The file, or what the bytes were taken for. */
  readonly subject: string

  constructor(subject: string, problem: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(`${subject}: ${problem}`, options)
    this.subject = subject
  }
}

/** The process may not do this. Names the capability or setting that is missing. */
export class PermissionError extends BorescopeError {
  readonly code = 'permission'
  /** What is missing, such as `CAP_BPF`. */
  readonly missing: readonly string[]

  constructor(doing: string, missing: readonly string[], options: { remedy?: string; cause?: unknown } = {}) {
    super(`${doing} needs ${missing.join(' and ')}`, {
      remedy: options.remedy ?? 'run as root (sudo), or give the process the named capabilities',
      cause: options.cause,
    })
    this.missing = missing
  }
}

/** The caller asked for something that makes no sense: a bad option, a closed object, a missing file or symbol. */
export class UsageError extends BorescopeError {
  readonly code: string = 'usage'
}

/** Something was used after its `close()`. */
export class ClosedError extends UsageError {
  override readonly code = 'closed'

  constructor(what: string) {
    super(`${what} is closed`)
  }
}

/** A bug in borescope. */
export class InternalError extends BorescopeError {
  readonly code = 'internal'

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(`internal error: ${message}`, {
      ...options,
      remedy: 'this is a bug in borescope; please report it with the program that caused it',
    })
  }
}
