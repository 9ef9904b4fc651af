/**
 * `-d passes`: how often each pass of the compiler ran, how often it changed something, and how long it took. What stands between
 * two passes (code generation of the program before) is not counted.
 */
import { elapsedMs } from '../elapsed.ts'

interface PassTime {
  runs: number
  changes: number
  milliseconds: number
}

/** Adds up over all programs of a script. */
export class PassTimes {
  readonly #passes = new Map<string, PassTime>()
  #started = 0

  /** The next pass begins now. */
  begin(): void {
    this.#started = elapsedMs()
  }
  /** The pass that began last has ended. */
  add(name: string, outcome: 'changed' | 'same'): void {
    const time = this.#passes.get(name) ?? { runs: 0, changes: 0, milliseconds: 0 }
    time.runs++
    if (outcome === 'changed') time.changes++
    time.milliseconds += elapsedMs() - this.#started
    this.#passes.set(name, time)
  }
  /** The table, in the order in which passes first ran. */
  table(): string {
    const lines = [...this.#passes].map(
      ([name, { runs, changes, milliseconds }]) =>
        `${name.padEnd(24)}${String(runs).padStart(6)}${String(changes).padStart(9)}${milliseconds.toFixed(2).padStart(9)}\n`,
    )
    return `${'pass'.padEnd(24)}${'runs'.padStart(6)}${'changed'.padStart(9)}${'ms'.padStart(9)}\n${lines.join('')}\n`
  }
}
