/**
 * The array of programs that tail calls go through. Its entries are names of programs of the machine.
 */
import { MapWithoutEntries } from './map-without-entries.ts'

/** A map of kind `prog_array`. */
export class ProgramArrayMap extends MapWithoutEntries {
  readonly #programs: (string | undefined)[] = []

  /** The program of entry `index`; undefined when it is empty. */
  programAt(index: number): string | undefined {
    return this.#programs[index]
  }
  /** Fills an entry. */
  setProgram(index: number, program: string): void {
    this.#programs[index] = program
  }
}
