/**
 * The front door of this front-end: a TypeScript function in, a program out. It is handed the function's text, where that
 * text stands in the user's file, and what its free names are bound to; how those are found out is `session/capture`.
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { hasErrors } from '../../base/diagnostic.ts'
import { InternalError } from '../../base/errors.ts'
import type { SourceText, Span } from '../../base/source-text.ts'
import type { PassObserver } from '../../compiler/compile-function.ts'
import { type CompiledProgram, compileProgram } from '../../compiler/compile-program.ts'
import type { IrFunction } from '../../compiler/ir/ir.ts'
import { TooLarge } from '../../compiler/too-large.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import { type AttachPoint, pagesIntoFunction, type UprobeSite } from '../../spec/attach-point.ts'
import type { InstructionSet } from '../../spec/instruction-set.ts'
import { LOSS_MAP, type MapSpec } from '../../spec/map-spec.ts'
import type { ProgramSpec, ProgramType } from '../../spec/program-spec.ts'
import type { Binding } from './binding.ts'
import { CalledTexts } from './called-texts.ts'
import { lowerProbe, type PlacedProblem } from './lower.ts'
import type { ProbeTarget } from './lowering.ts'
import { parseFunction } from './parse.ts'

/** A probe function and all that is known of it. */
export interface ProbeInput extends ProbeTarget {
  /** Name of the program in its object. */
  readonly name: string
  /** The text of the function. */
  readonly text: string
  /** The user's file, which diagnostics show. */
  readonly source: SourceText
  /** Maps a span of `text` to one of `source`. */
  readonly locate: (span: Span) => Span
  readonly resolve: (name: string) => Binding
  /** What programs may use; v3 when absent. */
  readonly instructionSet?: InstructionSet | undefined
  /** Called after each pass of the compiler, for dumps. */
  readonly onPass?: PassObserver
}

/** A compiled probe; nothing but diagnostics when one of them is an error. */
export interface CompiledProbe {
  readonly programs: readonly ProgramSpec[]
  /** Maps that the compiler itself needs. */
  readonly maps: readonly MapSpec[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Parses, checks and lowers a probe function. Undefined `fn`: see the diagnostics. */
export function lowerProbeInput(input: ProbeInput): {
  readonly fn?: IrFunction
  readonly diagnostics: readonly Diagnostic[]
  readonly texts?: CalledTexts
} {
  const parsed = parseFunction(input.text)
  if ('problem' in parsed) return { diagnostics: [diagnosticOf(input, { problem: parsed.problem, span: parsed.at })] }
  const texts = new CalledTexts(input.text.length)
  const { fn, problems } = lowerProbe({
    name: input.name,
    texts,
    function: parsed.function,
    probe: input,
    resolve: input.resolve,
  })
  const diagnostics = problems.map((problem) => diagnosticOf(input, problem, texts))
  return hasErrors(diagnostics) ? { diagnostics } : { fn, diagnostics, texts }
}

/**
 * Compiles a probe function to programs: one, or several when the sites differ in what the code has to do there. Throws
 * `InternalError` for a bug of the compiler.
 */
export function compileProbe(input: ProbeInput): CompiledProbe {
  const programs: ProgramSpec[] = []
  const maps: MapSpec[] = []
  for (const [index, sites] of groupSites(input).entries()) {
    const name = index === 0 ? input.name : `${input.name}_${index}`
    const compiled = compileSites({ ...input, name, ...(input.target === undefined ? {} : { target: { ...input.target, sites } }) })
    if (compiled.diagnostics.length > 0) return compiled
    programs.push(...compiled.programs)
    maps.push(...compiled.maps)
  }
  return { programs, maps, diagnostics: [] }
}

/** Compiles a probe function to one program for all sites. */
function compileSites(input: ProbeInput): CompiledProbe {
  const { fn, diagnostics, texts } = lowerProbeInput(input)
  if (fn === undefined) return { programs: [], maps: [], diagnostics }
  try {
    const onPass = input.onPass === undefined ? {} : { onPass: input.onPass }
    const { maps, ...code } = compileProgram(fn, { lossMap: LOSS_MAP, instructionSet: input.instructionSet, ...onPass })
    return { programs: [programOf(input, code, texts)], maps, diagnostics: [] }
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error
    return { programs: [], maps: [], diagnostics: [tooLarge(input, error)] }
  }
}

function programOf(input: ProbeInput, code: Omit<CompiledProgram, 'maps'>, texts: CalledTexts | undefined): ProgramSpec {
  const { name, kind, source } = input
  const instructions = code.instructions.map((instruction) => relocated(instruction, (span) => placeOf(input, span, texts)))
  return { name, type: PROGRAM_TYPES[kind], ...code, instructions, attach: [attachPointOf(input)], source }
}

const PROGRAM_TYPES: Readonly<Record<ProbeInput['kind'], ProgramType>> = {
  uprobe: 'kprobe',
  uretprobe: 'kprobe',
  tracepoint: 'tracepoint',
  rawTracepoint: 'raw_tracepoint',
  interval: 'perf_event',
  profile: 'perf_event',
}

function attachPointOf({ point, target, pid }: ProbeInput): AttachPoint {
  if (point !== undefined) return point
  if (target === undefined) throw new InternalError('a probe is attached to something')
  const { path, sites } = target
  return { kind: 'uprobe', path, sites, return: sites[0]?.placement === 'return', ...(pid === undefined ? {} : { pid }) }
}

function tooLarge(input: ProbeInput, { message, hint }: TooLarge): Diagnostic {
  const problem = { code: 'program-too-large', message: `the probe is too large: ${message}`, hint }
  return diagnosticOf(input, { problem, span: { start: 0, end: input.text.length } })
}

/** Sites that the same code serves: alike in whether calls that grow the stack are dropped, and in how the slide is worked out. */
function groupSites({ target }: ProbeInput): readonly (readonly UprobeSite[])[] {
  if (target === undefined) return [[]]
  const groups = new Map<string, UprobeSite[]>()
  for (const site of target.sites) {
    const key = `${site.placement === 'stack-check-branch'} ${target.positionIndependent ? pagesIntoFunction(site) : ''}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [site])
    else group.push(site)
  }
  return [...groups.values()]
}

function relocated({ span, ...instruction }: Instruction, locate: (span: Span) => Span | undefined): Instruction {
  const place = span === undefined ? undefined : locate(span)
  return place === undefined ? instruction : { ...instruction, span: place }
}

/** Where it is in the user's file; undefined for a function of another file, which the lines of a program cannot tell. */
function placeOf({ locate, source }: ProbeInput, span: Span, texts: CalledTexts | undefined): Span | undefined {
  const called = texts?.find(span)
  if (called === undefined) return locate(span)
  return called.source.name === source.name ? called.span : undefined
}

function diagnosticOf(input: ProbeInput, { problem, span }: PlacedProblem, texts?: CalledTexts): Diagnostic {
  const own = () => ({ source: input.source, span: input.locate(span), text: input.text.slice(span.start, span.end) })
  const { source, span: place, text: found } = texts?.find(span) ?? own()
  const written = source.text.slice(place.start, place.end)
  const { message, hint } = problem
  const inWords = (text: string) => (isName(found) && isName(written) && found !== written ? renamed(text, found, written) : text)
  const said = { ...problem, message: inWords(message), ...(hint === undefined ? {} : { hint: inWords(hint) }) }
  return { severity: 'error', source, span: place, ...said }
}
/** Speaks of a name as the user wrote it, not as a minifier did. */
function renamed(text: string, found: string, written: string): string {
  return text
    .split(/([\p{ID_Continue}$]+)/u)
    .map((word) => (word === found ? written : word))
    .join('')
}
function isName(text: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text)
}
