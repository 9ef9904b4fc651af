/**
 * Taking and giving back one level of scratch memory. The map's value begins with a word whose low bits say which levels are
 * taken; a level is found by table and claimed by an atomic OR, so that two runs never share one, whatever the order in
 * which they end. @kernel 5.12
 */
import { type Block, constant, type Instruction, type IrFunction, type IrType, type Operand, type Terminator } from '../ir/ir.ts'

/** Levels per CPU where they fit: task, softirq, hardirq and NMI, or as many preempted tasks. */
export const MAX_LEVELS = 4

/** How the scratch map's value is laid out. */
export interface ScratchLayout {
  readonly map: string
  /** Bytes of one level. */
  readonly stride: number
  /** How many levels there are, at most `MAX_LEVELS`. */
  readonly levels: number
  /** Where the first level begins. */
  readonly levelsAt: number
}

/** A level that a run holds. */
export interface HeldLevel {
  /** The start of the map's value. */
  readonly base: Operand
  /** The level's bit in the first word. */
  readonly bit: Operand
  /** The level's memory. */
  readonly memory: Operand
  /** The block from which on the level is held. */
  readonly body: Block
}

/** Nibble `m` holds the lowest level that is free when the levels of bit set `m` are taken; 4 when none is. */
const LOWEST_FREE = Array.from(
  { length: 16 },
  (_, taken) => [0, 1, 2, 3].find((level) => ((taken >> level) & 1) === 0) ?? MAX_LEVELS,
).reduceRight((table, level) => (table << 4n) | BigInt(level), 0n)

const i64 = (value: bigint | number) => constant('i64', value)

/** Appends instructions to blocks of a function. */
class Appender {
  readonly #fn: IrFunction
  block: Block

  constructor(fn: IrFunction, block: Block) {
    this.#fn = fn
    this.block = block
  }
  add(fields: Record<string, unknown> & { readonly kind: Instruction['kind'] }, type: IrType): Instruction {
    const made = { ...fields, type, id: this.#fn.nextId++ } as unknown as Instruction
    this.block.instructions.push(made)
    return made
  }
  binary(operator: string, left: Operand, right: Operand): Instruction {
    return this.add({ kind: 'binary', operator, left, right }, 'i64')
  }
  newBlock(name: string): Block {
    const block: Block = { id: this.#fn.nextId++, name, instructions: [], terminator: undefined }
    this.#fn.blocks.push(block)
    return block
  }
  /** Ends the block with a branch; goes on in a new one when the comparison holds, else in `otherwise`. */
  goOnIf(predicate: string, left: Operand, right: Operand, otherwise: Block): void {
    const condition = this.add({ kind: 'compare', predicate, left, right }, 'i1')
    const then = this.newBlock('level')
    this.block.terminator = { kind: 'branch', condition, then, otherwise } as Terminator
    this.block = then
  }
}

/** Inserts the taking of a level at the start of `place`; what was there follows in `HeldLevel.body`. */
export function emitAcquisition(
  fn: IrFunction,
  place: Block,
  options: { readonly layout: ScratchLayout; readonly lossMap: string },
): HeldLevel {
  const { layout } = options
  const body = splitBehindStart(fn, place)
  const code = new Appender(fn, place)
  const lost = lostBlock(code, options.lossMap)
  const key = code.add({ kind: 'stack_slot', size: 4, name: 'scratch_key' }, 'ptr.stack')
  moveToEntry(fn, place, key)
  code.add({ kind: 'store', pointer: key, offset: 0, value: constant('i32', 0) }, 'void')
  const map = code.add({ kind: 'map', map: layout.map }, 'ptr.map')
  const base = code.add({ kind: 'call', helper: 'map_lookup_elem', arguments: [map, key] }, 'ptr.map_value')
  code.goOnIf('ne', base, i64(0), lost)
  const taken = code.binary('and', code.add({ kind: 'load', pointer: base, offset: 0 }, 'i64'), i64(15))
  const level = code.binary('and', code.binary('lshr', i64(LOWEST_FREE), code.binary('shl', taken, i64(2))), i64(7))
  code.goOnIf('ult', level, i64(layout.levels), lost)
  const bit = code.binary('shl', i64(1), level)
  const before = code.add({ kind: 'atomic', operator: 'or', pointer: base, offset: 0, value: bit }, 'i64')
  // Somebody may have taken it between the load and the OR.
  code.goOnIf('eq', code.binary('and', before, bit), i64(0), lost)
  const memory = code.add({ kind: 'offset_pointer', pointer: base, offset: code.binary('mul', level, i64(layout.stride)) }, 'ptr.map_value')
  const start = code.add({ kind: 'offset_pointer', pointer: memory, offset: i64(layout.levelsAt) }, 'ptr.map_value')
  code.block.terminator = { kind: 'jump', target: body }
  return { base, bit, memory: start, body }
}

/** Gives the level back at the end of `block`. */
export function emitRelease(fn: IrFunction, block: Block, held: { readonly layout: ScratchLayout; readonly level: HeldLevel }): void {
  const { base, bit } = held.level
  const code = new Appender(fn, block)
  code.add({ kind: 'atomic', operator: 'xor', pointer: base, offset: 0, value: bit }, 'void')
}

function lostBlock(code: Appender, lossMap: string): Block {
  const block = code.newBlock('no_scratch')
  const back = code.block
  code.block = block
  const losses = code.add({ kind: 'map_value', map: lossMap, offset: 0 }, 'ptr.map_value')
  code.add({ kind: 'atomic', operator: 'add', pointer: losses, offset: 0, value: i64(1) }, 'void')
  block.terminator = { kind: 'return', value: i64(0) }
  code.block = back
  return block
}

/** Cuts `place` behind its phis and stack slots; answers the rest. */
function splitBehindStart(fn: IrFunction, place: Block): Block {
  const stays = ({ kind }: Instruction) => kind === 'phi' || kind === 'stack_slot'
  const body: Block = {
    id: fn.nextId++,
    name: 'body',
    instructions: place.instructions.filter((instruction) => !stays(instruction)),
    terminator: place.terminator,
  }
  place.instructions = place.instructions.filter(stays)
  fn.blocks.splice(fn.blocks.indexOf(place) + 1, 0, body)
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) {
      if (instruction.kind !== 'phi') continue
      instruction.incoming = instruction.incoming.map((entry) => (entry.block === place ? { block: body, value: entry.value } : entry))
    }
  }
  return body
}

function moveToEntry(fn: IrFunction, place: Block, slot: Instruction): void {
  const entry = fn.blocks[0] as Block
  place.instructions = place.instructions.filter((instruction) => instruction !== slot)
  entry.instructions.unshift(slot)
}
