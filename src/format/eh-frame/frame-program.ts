/**
 * Runs the instructions of call frame information: each row of the table that they stand for becomes one rule. Only what a rule needs is
 * kept: how the CFA is computed, where RBP was saved, and whether there is a return address. Source: DWARF 5, section 6.4.2.
 */
import { readEncodedPointer } from './encoded-pointer.ts'
import type { CommonEntry, FrameEntry } from './frame-entries.ts'
import { type FrameExpression, readFrameExpression } from './frame-expression.ts'
import type { FrameReader } from './frame-reader.ts'
import { FRAME_REGISTER, packRule, RULE_FORM, SPECIAL_RULE } from './unwind-rule.ts'

/** Opcodes whose two high bits are zero. */
const OP = {
  none: 0x00,
  setLocation: 0x01,
  advance1: 0x02,
  advance2: 0x03,
  advance4: 0x04,
  offset: 0x05,
  restore: 0x06,
  undefined: 0x07,
  same: 0x08,
  register: 0x09,
  remember: 0x0a,
  recall: 0x0b,
  defineCfa: 0x0c,
  defineCfaRegister: 0x0d,
  defineCfaOffset: 0x0e,
  defineCfaExpression: 0x0f,
  expression: 0x10,
  offsetSigned: 0x11,
  defineCfaSigned: 0x12,
  defineCfaOffsetSigned: 0x13,
  valueOffset: 0x14,
  valueOffsetSigned: 0x15,
  valueExpression: 0x16,
  windowSave: 0x2d,
  argumentsSize: 0x2e,
  offsetNegated: 0x2f,
} as const

/** What is known at one place of a program. Replaced as a whole where it is remembered, so a row is one small object. */
interface FrameState {
  /** Register and offset, or an expression; undefined when it is one that no rule can say. */
  readonly cfa: FrameExpression | undefined
  /** Of the caller's RBP: unchanged, saved so far below the CFA, saved at an address, or somewhere else. */
  readonly bp: number | FrameExpression | 'lost'
  /** Of the return address, in the same way; `end` when there is no caller. */
  readonly ra: number | FrameExpression | 'lost' | 'end'
}

/** Bytes of a linkage table: a million entries. */
const LARGEST_LINKAGE = 1 << 24

const INITIAL: FrameState = { cfa: undefined, bp: 0, ra: 8 }

/** Takes a rule that holds from `address` on. */
export type RowSink = (address: number, rule: number) => void

/** Runs programs of one section. */
export class FrameProgram {
  readonly #reader: FrameReader
  readonly #row: RowSink
  readonly #initial = new Map<CommonEntry, FrameState>()
  readonly #remembered: FrameState[] = []
  #state = INITIAL
  #start = INITIAL
  #address = 0
  #common!: CommonEntry

  constructor(reader: FrameReader, row: RowSink) {
    this.#reader = reader
    this.#row = row
  }

  /** Hands out the rows of an entry, in order of address. Throws `FormatError`. */
  run(entry: FrameEntry): void {
    this.#start = this.#initialOf(entry.common)
    this.#begin(this.#start, entry.common, entry.from)
    let given = 0
    this.#instructions(entry.start, entry.end, (until) => {
      const rule = this.#rule()
      const end = Math.min(until, entry.to)
      if (end > this.#address) {
        if (typeof rule === 'number') this.#row(this.#address, rule)
        else this.#linkageRows(rule.into16, end)
        given = end
      }
    })
    if (given === entry.to) return
    const rule = this.#rule()
    if (typeof rule === 'number') this.#row(this.#address, rule)
    else this.#linkageRows(rule.into16, entry.to)
  }

  #initialOf(common: CommonEntry): FrameState {
    const known = this.#initial.get(common)
    if (known !== undefined) return known
    this.#start = INITIAL
    this.#begin(INITIAL, common, 0)
    this.#instructions(common.start, common.end, () => {})
    this.#initial.set(common, this.#state)
    return this.#state
  }

  #begin(state: FrameState, common: CommonEntry, address: number): void {
    this.#state = state
    this.#common = common
    this.#address = address
    this.#remembered.length = 0
  }

  /** Runs instructions; `advance` is told the address that each row ends at, before it does. */
  #instructions(start: number, end: number, advance: (until: number) => void): void {
    const reader = this.#reader
    reader.at = start
    while (reader.at < end) {
      const opcode = reader.u8()
      const low = opcode & 0x3f
      if (opcode >= 0xc0) this.#restore(low)
      else if (opcode >= 0x80) this.#saved(low, reader.unsigned() * this.#common.dataAlignment)
      else if (opcode >= 0x40) this.#advanceBy(low, advance)
      else if (opcode >= OP.setLocation && opcode <= OP.advance4) this.#advanceFar(opcode, advance)
      else this.#plain(opcode)
    }
  }

  #advanceBy(delta: number, advance: (until: number) => void): void {
    const until = this.#address + delta * this.#common.codeAlignment
    advance(until)
    this.#address = until
  }

  #advanceFar(opcode: number, advance: (until: number) => void): void {
    const reader = this.#reader
    if (opcode === OP.advance1) this.#advanceBy(reader.u8(), advance)
    else if (opcode === OP.advance2) this.#advanceBy(reader.u16(), advance)
    else if (opcode === OP.advance4) this.#advanceBy(reader.u32(), advance)
    else {
      const until = readEncodedPointer(reader, this.#common.pointerEncoding)
      advance(until)
      this.#address = until
    }
  }

  #plain(opcode: number): void {
    const instruction = FrameProgram.#INSTRUCTIONS[opcode]
    if (instruction === undefined) this.#reader.fail(`unknown instruction ${opcode}`)
    instruction(this, this.#reader, this.#common.dataAlignment)
  }

  /** By opcode, without those that advance. */
  static readonly #INSTRUCTIONS: Readonly<Record<number, (self: FrameProgram, reader: FrameReader, alignment: number) => void>> = {
    [OP.none]: () => {},
    [OP.windowSave]: () => {},
    [OP.argumentsSize]: (_, reader) => void reader.unsigned(),
    [OP.offset]: (self, reader, alignment) => self.#saved(reader.unsigned(), reader.unsigned() * alignment),
    [OP.offsetSigned]: (self, reader, alignment) => self.#saved(reader.unsigned(), reader.signed() * alignment),
    [OP.offsetNegated]: (self, reader, alignment) => self.#saved(reader.unsigned(), -reader.unsigned() * alignment),
    [OP.same]: (self, reader) => self.#saved(reader.unsigned(), 0),
    [OP.restore]: (self, reader) => self.#restore(reader.unsigned()),
    [OP.undefined]: (self, reader) => self.#elsewhere(reader.unsigned(), 'end'),
    [OP.register]: (self, reader) => self.#elsewhere(reader.unsigned(), 'lost', reader.unsigned()),
    [OP.valueOffset]: (self, reader) => self.#elsewhere(reader.unsigned(), 'lost', reader.unsigned()),
    [OP.valueOffsetSigned]: (self, reader) => self.#elsewhere(reader.unsigned(), 'lost', reader.signed()),
    [OP.valueExpression]: (self, reader) => self.#elsewhere(reader.unsigned(), 'lost', readFrameExpression(reader, reader.unsigned())),
    [OP.expression]: (self, reader) => self.#savedAt(reader.unsigned(), readFrameExpression(reader, reader.unsigned())),
    [OP.remember]: (self) => void self.#remembered.push(self.#state),
    [OP.recall]: (self, reader) => {
      self.#state = self.#remembered.pop() ?? reader.fail('a state is restored that was not remembered')
    },
    [OP.defineCfa]: (self, reader) => self.#define(reader.unsigned(), reader.unsigned()),
    [OP.defineCfaSigned]: (self, reader, alignment) => self.#define(reader.unsigned(), reader.signed() * alignment),
    [OP.defineCfaRegister]: (self, reader) => self.#define(reader.unsigned(), self.#registerRule.offset),
    [OP.defineCfaOffset]: (self, reader) => self.#define(self.#registerRule.form, reader.unsigned()),
    [OP.defineCfaOffsetSigned]: (self, reader, alignment) => self.#define(self.#registerRule.form, reader.signed() * alignment),
    [OP.defineCfaExpression]: (self, reader) => self.#set({ cfa: readFrameExpression(reader, reader.unsigned()) }),
  }

  /** What the CFA is counted from, where that is a register. */
  get #registerRule(): { readonly form: number; readonly offset: number } {
    const { cfa } = this.#state
    return cfa?.kind === 'register' ? cfa : { form: 0, offset: 0 }
  }
  #define(form: number, offset: number): void {
    this.#state = { cfa: { kind: 'register', form, offset }, bp: this.#state.bp, ra: this.#state.ra }
  }
  #set(change: Partial<FrameState>): void {
    this.#state = { ...this.#state, ...change }
  }
  #saved(register: number, offset: number): void {
    if (register === FRAME_REGISTER.bp) this.#state = { cfa: this.#state.cfa, bp: -offset, ra: this.#state.ra }
    else if (register === this.#common.returnAddress) this.#set({ ra: -offset })
  }
  #savedAt(register: number, place: FrameExpression | undefined): void {
    if (register === FRAME_REGISTER.bp) this.#set({ bp: place ?? 'lost' })
    else if (register === this.#common.returnAddress) this.#set({ ra: place ?? 'lost' })
  }
  #elsewhere(register: number, how: 'lost' | 'end', _where?: unknown): void {
    if (register === FRAME_REGISTER.bp) this.#set({ bp: 'lost' })
    else if (register === this.#common.returnAddress) this.#set({ ra: how })
  }
  #restore(register: number): void {
    if (register === FRAME_REGISTER.bp) this.#set({ bp: this.#start.bp })
    else if (register === this.#common.returnAddress) this.#set({ ra: this.#start.ra })
  }

  /** The rule of the present state, or how linkage entries are to be told apart. */
  #rule(): number | Extract<FrameExpression, { kind: 'linkage' }> {
    const { cfa, bp, ra } = this.#state
    if (ra === 'end') return SPECIAL_RULE.end
    if (cfa === undefined) return SPECIAL_RULE.unknown
    if (cfa.kind === 'linkage') return cfa
    if (ra !== 8) return isSignalFrame(this.#state) ? SPECIAL_RULE.signal : SPECIAL_RULE.unknown
    if ((cfa.form & ~(RULE_FORM.dereference | RULE_FORM.plusWord)) > RULE_FORM.register) return SPECIAL_RULE.unknown
    if (typeof bp === 'number') return packRule({ form: cfa.form, offset: cfa.offset, savedBp: bp })
    // A value that is lost is taken for unchanged: it matters only where a caller counts from RBP.
    if (bp === 'lost') return packRule({ form: cfa.form, offset: cfa.offset, savedBp: 0 })
    if (bp.kind !== 'register' || bp.form !== FRAME_REGISTER.bp || bp.offset !== 0) return SPECIAL_RULE.unknown
    return packRule({ form: cfa.form | RULE_FORM.bpAtBp, offset: cfa.offset, savedBp: 0 })
  }

  /** Each entry of the linkage table has two rows. */
  #linkageRows(into16: number, end: number): void {
    if (end - this.#address > LARGEST_LINKAGE) this.#reader.fail('a linkage table of impossible length')
    const rule = (offset: number) => packRule({ form: FRAME_REGISTER.sp, offset, savedBp: 0 })
    for (let entry = this.#address - (this.#address % 16); entry < end; entry += 16) {
      if (into16 > 0 && entry + into16 > this.#address) this.#row(Math.max(entry, this.#address), rule(8))
      if (entry + into16 < end) this.#row(Math.max(entry + into16, this.#address), rule(16))
    }
  }
}

/** Where the kernel keeps registers for a signal handler, from RSP on: `uc_mcontext.gregs` of `struct ucontext`. */
export const SIGNAL_FRAME = { sp: 160, bp: 120, ip: 168 } as const

function isSignalFrame({ cfa, bp, ra }: FrameState): boolean {
  const at = (place: unknown, form: number, offset: number) =>
    typeof place === 'object' && (place as { form?: number }).form === form && (place as { offset?: number }).offset === offset
  return (
    at(cfa, FRAME_REGISTER.sp | RULE_FORM.dereference, SIGNAL_FRAME.sp) &&
    at(bp, FRAME_REGISTER.sp, SIGNAL_FRAME.bp) &&
    at(ra, FRAME_REGISTER.sp, SIGNAL_FRAME.ip)
  )
}
