/**
 * What is known of memory at one place of a function: what was last read or written where, which map entries have been looked
 * up, and what has been written to stack slots. Other CPUs may change maps meanwhile; that they did so before the first of two
 * reads is as good an answer as any.
 */
import type { IntegerType, Operand, StackSlot } from '../ir/ir.ts'
import { signedValue } from '../ir/ir.ts'
import { bytesOf } from '../ir/types.ts'

/** A place in memory: `base` is no pointer with a constant offset itself. */
export interface MemoryPlace {
  readonly base: Operand
  readonly offset: number
}

/** Follows constant offsets down to the base. */
export function placeOf(pointer: Operand, offset = 0): MemoryPlace {
  let base = pointer
  let total = offset
  while (base.kind === 'offset_pointer' && base.offset.kind === 'constant') {
    total += Number(signedValue(base.offset))
    base = base.pointer
  }
  return { base, offset: total }
}

/** A value that memory is known to hold. */
interface Known extends MemoryPlace {
  readonly type: IntegerType
  readonly value: Operand
}

/** Things of a kind that are remembered; the oldest are forgotten, so that long programs cost no more than their length. */
const MOST_KNOWN = 40
/** Characters of a slot's history that are kept; a longer one is compared with nothing. */
const LONGEST_HISTORY = 400

/** Facts about memory. `copy` it where ways part; begin a new one where they meet. */
export class MemoryState {
  #known: Known[] = []
  #lookups = new Map<string, Operand>()
  #histories = new Map<Operand, string>()
  /** What the history of a slot begins with: nothing at the entry, something unique behind a join. */
  #past: string

  constructor(place: 'entry' | 'join') {
    this.#past = place === 'entry' ? '' : unique()
  }

  copy(): MemoryState {
    const copy = new MemoryState('entry')
    copy.#known = [...this.#known]
    copy.#lookups = new Map(this.#lookups)
    copy.#histories = new Map(this.#histories)
    copy.#past = this.#past
    return copy
  }

  /** The value at a place, if it is known whole. */
  valueAt({ base, offset }: MemoryPlace, type: IntegerType): Operand | undefined {
    return this.#known.find((known) => known.base === base && known.offset === offset && known.type === type)?.value
  }
  /** Notes what a read found at a place. */
  remember(place: MemoryPlace, type: IntegerType, value: Operand): void {
    this.#known.push({ ...place, type, value })
    if (this.#known.length > MOST_KNOWN) this.#known.shift()
  }
  /** Notes that a value is stored at a place. */
  store(place: MemoryPlace, type: IntegerType, value: Operand): void {
    this.#forget({ ...place, size: bytesOf(type) })
    this.#addToHistory(place.base, `${place.offset} ${type} ${textOf(value)}`)
    this.remember(place, type, value)
  }
  /** Notes that zeros are stored to a range of bytes. */
  zero(place: MemoryPlace, size: number): void {
    this.#forget({ ...place, size })
    this.#addToHistory(place.base, `${place.offset} zero ${size}`)
  }
  /** Notes that something is written through a pointer, nobody knows what and how far. */
  overwrite({ base }: MemoryPlace): void {
    this.#known = this.#known.filter((known) => !mayAlias(known.base, base))
    this.#addToHistory(base, unique())
  }
  /** Notes that entries of a map change. */
  changeMap(map: string): void {
    this.#known = this.#known.filter(({ base }) => base.type === 'ptr.stack')
    for (const key of [...this.#lookups.keys()]) if (key.startsWith(`${map} `)) this.#lookups.delete(key)
  }
  /** Forgets everything. */
  clear(): void {
    this.#known = []
    this.#lookups.clear()
    this.#histories.clear()
    this.#past = unique()
  }

  /** Equal for slots that hold the same. */
  contentOf(slot: StackSlot): string {
    return this.#histories.get(slot) ?? this.#beginningOf(slot)
  }
  /** The first slot that was written to, is as large, and holds the same as `slot`: itself, if there is no other. */
  firstWithContentOf(slot: StackSlot): StackSlot {
    const content = this.contentOf(slot)
    for (const [other, history] of this.#histories)
      if (history === content && other.kind === 'stack_slot' && other.size >= slot.size) return other
    return slot
  }

  lookup(map: string, content: string): Operand | undefined {
    return this.#lookups.get(`${map} ${content}`)
  }
  rememberLookup(map: string, content: string, pointer: Operand): void {
    this.#lookups.set(`${map} ${content}`, pointer)
    const oldest = this.#lookups.keys().next()
    if (this.#lookups.size > MOST_KNOWN && oldest.done !== true) this.#lookups.delete(oldest.value)
  }

  #beginningOf(slot: StackSlot): string {
    return this.#past === '' ? '' : `${this.#past} %${slot.id}`
  }
  #forget(written: MemoryPlace & { readonly size: number }): void {
    this.#known = this.#known.filter((known) => !mayOverlap(known, written))
  }
  /** A pointer to somewhere on the stack may be to any slot. */
  #addToHistory(base: Operand, event: string): void {
    if (base.kind === 'stack_slot') {
      const history = `${this.contentOf(base)};${event}`
      this.#histories.set(base, history.length > LONGEST_HISTORY ? unique() : history)
      if (this.#histories.size > MOST_KNOWN) this.#forgetHistories()
    } else if (base.type === 'ptr.stack') this.#forgetHistories()
  }
  #forgetHistories(): void {
    this.#histories.clear()
    this.#past = unique()
  }
}

let uniques = 0
function unique(): string {
  return `?${uniques++}`
}

const textOf = (value: Operand): string => (value.kind === 'constant' ? `${value.type}:${value.value}` : `%${value.id}`)

/** Two bases may point into the same memory, unless they are different slots or in different spaces. */
function mayAlias(a: Operand, b: Operand): boolean {
  if (a === b) return true
  return a.type === b.type && !(a.kind === 'stack_slot' && b.kind === 'stack_slot')
}

function mayOverlap(known: Known, written: MemoryPlace & { readonly size: number }): boolean {
  if (known.base !== written.base) return mayAlias(known.base, written.base)
  return known.offset < written.offset + written.size && written.offset < known.offset + bytesOf(known.type)
}
