/**
 * What programs do when they run: each is hit a few times in the user-space machine, in a world that is the same for all sides, and
 * the instructions and helper calls that this takes are counted.
 */
import { PT_REGS } from '../../src/compiler/lowering/registers.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'
import { type Environment, fixedEnvironment, type Segment } from '../../src/vm/environment.ts'
import { createMachine } from '../../src/vm/machine.ts'

/** Sums over all hits. */
export interface RunCounts {
  readonly instructions: number
  readonly helperCalls: number
}

/** Arguments of `work` in target.c, what it returns, and who calls it. */
interface Hit {
  readonly number: bigint
  readonly text: bigint
  readonly small: bigint
  readonly kind: bigint
  readonly result: bigint
  readonly uid: number
  readonly comm: string
}

const TEXTS = 0x10000n
const LIST = 0x20000n
const TEXT_SIZE = 128n
const bytesOf = (text: string): Uint8Array => {
  const bytes = new Uint8Array(Number(TEXT_SIZE))
  new TextEncoder().encodeInto(text, bytes)
  return bytes
}
const pointers = (...values: readonly bigint[]) => new Uint8Array(BigUint64Array.from(values).buffer)

/** Texts of the program, one behind the other, and a list of seven nodes. */
const MEMORY: readonly Segment[] = [
  ...['needle in a haystack', 'hay', 'a text that is longer than the sixty-four bytes which fit the buffers'].map((text, index) => ({
    address: TEXTS + BigInt(index) * TEXT_SIZE,
    bytes: bytesOf(text),
  })),
  { address: LIST, bytes: pointers(...[1n, 2n, 3n, 4n, 5n, 6n].map((index) => LIST + index * 8n), 0n) },
]

/** Small and large numbers, keys that come back, each of the texts, users who take each branch. */
const HITS: readonly Hit[] = [
  { number: 5n, text: TEXTS, small: 3n, kind: 7n, result: 1n, uid: 1000, comm: 'bench' },
  { number: 1000n, text: TEXTS + TEXT_SIZE, small: -4n, kind: 2n, result: 2n, uid: 1000, comm: 'other' },
  { number: 3n, text: TEXTS + 2n * TEXT_SIZE, small: 10n, kind: 7n, result: 3n, uid: 0, comm: 'bench' },
  { number: 70_000n, text: TEXTS, small: 2n, kind: 2n, result: 4n, uid: 1000, comm: 'other' },
  { number: 1n, text: LIST, small: 1n, kind: 9n, result: 5n, uid: 1000, comm: 'other' },
  { number: -6n, text: LIST, small: 7n, kind: 4n, result: 6n, uid: 1000, comm: 'third' },
]

function contextOf({ number, text, small, kind, result }: Hit): Uint8Array {
  const context = new Uint8Array(168)
  const view = new DataView(context.buffer)
  for (const [register, value] of Object.entries({ di: number, si: text, dx: small, cx: kind, ax: result }))
    view.setBigInt64(PT_REGS[register as keyof typeof PT_REGS], value, true)
  return context
}

/** Runs all programs of an object, in order, once for each hit. `counterAddress`: of the global that one of them reads. */
export function countRuns({ programs, maps }: ObjectSpec, counterAddress: bigint): RunCounts {
  let current = HITS[0]!
  const plain = fixedEnvironment()
  const environment: Partial<Environment> = {
    task: () => ({ ...plain.task(), uid: current.uid, comm: current.comm }),
    userMemory: () => [...MEMORY, { address: counterAddress, bytes: pointers(42n) }],
    stack: (space) => (space === 'user' ? [1n, 2n, current.kind] : [3n, 4n]),
  }
  const machine = createMachine({ programs, maps, environment })
  const counts = { instructions: 0, helperCalls: 0 }
  for (const hit of HITS) {
    current = hit
    for (const { name } of programs) {
      machine.run(contextOf(hit), name)
      counts.instructions += machine.instructionsRun
      counts.helperCalls += machine.helperCalls
    }
  }
  return counts
}
