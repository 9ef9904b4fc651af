/**
 * Graph colouring with coalescing, after George and Appel, "Iterated Register Coalescing" (1996): simplify, coalesce
 * conservatively, freeze, pick a spill candidate, until the graph is empty; then colours are given in reverse order.
 */
import type { CopyEdge, InterferenceGraph } from './interference.ts'
import { ALLOCATABLE, FIRST_VIRTUAL, type RegisterNumber } from './machine.ts'

/** What became of the virtual registers. */
export interface ColouringResult {
  /** The machine register of each virtual one; registers that were spilled are absent. */
  readonly colours: ReadonlyMap<RegisterNumber, RegisterNumber>
  /** Groups of registers that share one value and one place in memory. */
  readonly spilled: readonly (readonly RegisterNumber[])[]
}

/** Registers that a call destroys first: what does not live over a call leaves r6 to r9 (which cost a push and a pop) alone. */
const PREFERENCE: readonly RegisterNumber[] = [1, 2, 3, 4, 5, 0, 6, 7, 8, 9]

const isMachine = (register: RegisterNumber): boolean => register < FIRST_VIRTUAL

/** Colours a graph. `unspillable` are the short-lived registers that earlier spilling made. */
export function colourGraph(graph: InterferenceGraph, unspillable: ReadonlySet<RegisterNumber>): ColouringResult {
  return new Colouring(graph, unspillable).run()
}

class Colouring {
  readonly #neighbours: Map<RegisterNumber, Set<RegisterNumber>>
  readonly #degrees = new Map<RegisterNumber, number>()
  readonly #costs: Map<RegisterNumber, number>
  readonly #unspillable: ReadonlySet<RegisterNumber>
  readonly #copiesOf = new Map<RegisterNumber, Set<CopyEdge>>()
  readonly #alias = new Map<RegisterNumber, RegisterNumber>()
  /** Registers taken off the graph, in order. */
  readonly #stack: RegisterNumber[] = []
  readonly #removed = new Set<RegisterNumber>()
  /** Worklists. A register is in at most one. */
  readonly #simplify = new Set<RegisterNumber>()
  readonly #freeze = new Set<RegisterNumber>()
  readonly #spill = new Set<RegisterNumber>()
  /** Copies to be tried now, and those that have to wait until a degree falls. */
  readonly #ready = new Set<CopyEdge>()
  readonly #waiting = new Set<CopyEdge>()

  constructor(graph: InterferenceGraph, unspillable: ReadonlySet<RegisterNumber>) {
    this.#neighbours = new Map([...graph.neighbours].map(([register, set]) => [register, new Set(set)]))
    this.#costs = new Map(graph.costs)
    this.#unspillable = unspillable
    for (const [register, set] of this.#neighbours) this.#degrees.set(register, set.size)
    for (const copy of graph.copies) {
      this.#ready.add(copy)
      for (const register of [copy.dst, copy.src]) this.#copies(register).add(copy)
    }
    for (const register of graph.registers) this.#classify(register)
  }

  run(): ColouringResult {
    for (;;) {
      if (this.#simplify.size > 0) this.#simplifyOne(first(this.#simplify))
      else if (this.#ready.size > 0) this.#coalesceOne(first(this.#ready))
      else if (this.#freeze.size > 0) this.#freezeOne(first(this.#freeze))
      else if (this.#spill.size > 0) this.#chooseSpill()
      else return this.#assign()
    }
  }

  #classify(register: RegisterNumber): void {
    if (this.#degree(register) >= ALLOCATABLE) this.#spill.add(register)
    else if (this.#isMoveRelated(register)) this.#freeze.add(register)
    else this.#simplify.add(register)
  }
  #degree(register: RegisterNumber): number {
    return isMachine(register) ? Number.POSITIVE_INFINITY : (this.#degrees.get(register) ?? 0)
  }
  #copies(register: RegisterNumber): Set<CopyEdge> {
    const known = this.#copiesOf.get(register)
    if (known !== undefined) return known
    const made = new Set<CopyEdge>()
    this.#copiesOf.set(register, made)
    return made
  }
  #liveCopies(register: RegisterNumber): CopyEdge[] {
    return [...this.#copies(register)].filter((copy) => this.#ready.has(copy) || this.#waiting.has(copy))
  }
  #isMoveRelated(register: RegisterNumber): boolean {
    for (const copy of this.#copies(register)) if (this.#ready.has(copy) || this.#waiting.has(copy)) return true
    return false
  }
  /** Neighbours still in the graph. */
  *#adjacent(register: RegisterNumber): Generator<RegisterNumber> {
    for (const other of this.#neighbours.get(register) ?? []) if (!this.#removed.has(other)) yield other
  }
  #interfere(a: RegisterNumber, b: RegisterNumber): boolean {
    if (isMachine(a) && isMachine(b)) return true
    return isMachine(a) ? this.#neighbours.get(b)?.has(a) === true : this.#neighbours.get(a)?.has(b) === true
  }
  #find(register: RegisterNumber): RegisterNumber {
    let at = register
    for (let next = this.#alias.get(at); next !== undefined; next = this.#alias.get(at)) at = next
    return at
  }

  #simplifyOne(register: RegisterNumber): void {
    this.#simplify.delete(register)
    this.#stack.push(register)
    this.#removed.add(register)
    for (const other of this.#adjacent(register)) this.#decrease(other)
  }
  #decrease(register: RegisterNumber): void {
    if (isMachine(register)) return
    const degree = this.#degree(register)
    this.#degrees.set(register, degree - 1)
    if (degree !== ALLOCATABLE) return
    this.#enable(register)
    for (const other of this.#adjacent(register)) this.#enable(other)
    if (this.#spill.delete(register)) (this.#isMoveRelated(register) ? this.#freeze : this.#simplify).add(register)
  }
  #enable(register: RegisterNumber): void {
    for (const copy of this.#copies(register)) if (this.#waiting.delete(copy)) this.#ready.add(copy)
  }

  #coalesceOne(copy: CopyEdge): void {
    this.#ready.delete(copy)
    const ends = [this.#find(copy.dst), this.#find(copy.src)] as const
    const [keep, gone] = isMachine(ends[1]) ? [ends[1], ends[0]] : ends
    if (keep === gone) {
      this.#release(keep)
      return
    }
    if (this.#interfere(keep, gone)) {
      this.#release(keep)
      this.#release(gone)
      return
    }
    if (this.#mayCoalesce(keep, gone)) {
      this.#combine(keep, gone)
      this.#release(keep)
    } else this.#waiting.add(copy)
  }
  #mayCoalesce(keep: RegisterNumber, gone: RegisterNumber): boolean {
    // What spilling made short must stay short.
    if (!isMachine(keep) && (this.#unspillable.has(keep) || this.#unspillable.has(gone))) return false
    if (isMachine(keep)) {
      for (const other of this.#adjacent(gone)) {
        if (!(isMachine(other) || this.#degree(other) < ALLOCATABLE || this.#interfere(other, keep))) return false
      }
      return true
    }
    const together = new Set([...this.#adjacent(keep), ...this.#adjacent(gone)])
    let significant = 0
    for (const other of together) {
      const common = this.#interfere(other, keep) && this.#interfere(other, gone)
      if (this.#degree(other) - (common ? 1 : 0) >= ALLOCATABLE) significant++
    }
    return significant < ALLOCATABLE
  }
  #combine(keep: RegisterNumber, gone: RegisterNumber): void {
    for (const list of [this.#freeze, this.#spill, this.#simplify]) list.delete(gone)
    this.#alias.set(gone, keep)
    this.#removed.add(gone)
    this.#costs.set(keep, (this.#costs.get(keep) ?? 0) + (this.#costs.get(gone) ?? 0))
    for (const copy of this.#copies(gone)) this.#copies(keep).add(copy)
    this.#enable(gone)
    for (const other of this.#adjacent(gone)) {
      this.#addEdge(other, keep)
      this.#decrease(other)
    }
    if (this.#degree(keep) >= ALLOCATABLE && this.#freeze.delete(keep)) this.#spill.add(keep)
  }
  #addEdge(a: RegisterNumber, b: RegisterNumber): void {
    if (this.#interfere(a, b)) return
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      if (isMachine(from)) continue
      this.#neighbours.get(from)?.add(to)
      this.#degrees.set(from, this.#degree(from) + 1)
    }
  }
  /** Lets a register that no copy holds back any more be simplified. */
  #release(register: RegisterNumber): void {
    if (isMachine(register) || this.#isMoveRelated(register) || this.#degree(register) >= ALLOCATABLE) return
    if (this.#freeze.delete(register)) this.#simplify.add(register)
  }
  #freezeOne(register: RegisterNumber): void {
    this.#freeze.delete(register)
    this.#simplify.add(register)
    this.#giveUpCopies(register)
  }
  #giveUpCopies(register: RegisterNumber): void {
    for (const copy of this.#liveCopies(register)) {
      this.#ready.delete(copy)
      this.#waiting.delete(copy)
      for (const end of [this.#find(copy.dst), this.#find(copy.src)]) if (end !== register) this.#release(end)
    }
  }
  #chooseSpill(): void {
    let best: RegisterNumber | undefined
    let bestCost = Number.POSITIVE_INFINITY
    for (const register of this.#spill) {
      const cost = this.#spillCost(register)
      if (best === undefined || cost < bestCost) [best, bestCost] = [register, cost]
    }
    if (best === undefined) return
    this.#spill.delete(best)
    this.#simplify.add(best)
    this.#giveUpCopies(best)
  }
  #spillCost(register: RegisterNumber): number {
    if (this.#unspillable.has(register)) return Number.POSITIVE_INFINITY
    return (this.#costs.get(register) ?? 0) / this.#degree(register)
  }

  #assign(): ColouringResult {
    const colours = new Map<RegisterNumber, RegisterNumber>()
    const spilled: RegisterNumber[] = []
    const colourOf = (register: RegisterNumber) => (isMachine(register) ? register : colours.get(register))
    for (const register of this.#stack.toReversed()) {
      const taken = new Set([...(this.#neighbours.get(register) ?? [])].map((other) => colourOf(this.#find(other))))
      const wished = this.#wishes(register, colourOf)
      const colour = [...wished, ...PREFERENCE].find((candidate) => !taken.has(candidate))
      if (colour === undefined) spilled.push(register)
      else colours.set(register, colour)
    }
    const groups = new Map(spilled.map((register) => [register, [register]]))
    for (const register of this.#alias.keys()) {
      const found = this.#find(register)
      const colour = colourOf(found)
      if (colour === undefined) groups.get(found)?.push(register)
      else colours.set(register, colour)
    }
    return { colours, spilled: [...groups.values()] }
  }
  /** Colours that would make a copy disappear. */
  #wishes(register: RegisterNumber, colourOf: (register: RegisterNumber) => RegisterNumber | undefined): RegisterNumber[] {
    const wishes: RegisterNumber[] = []
    for (const copy of this.#copies(register)) {
      for (const end of [copy.dst, copy.src]) {
        const colour = colourOf(this.#find(end))
        if (colour !== undefined && colour < ALLOCATABLE) wishes.push(colour)
      }
    }
    return wishes
  }
}

function first<T>(set: ReadonlySet<T>): T {
  for (const member of set) return member
  throw new RangeError('the set is empty')
}
