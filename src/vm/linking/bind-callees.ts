/**
 * The helpers and kfuncs that programs call, as functions that translated code imports: each is imported once, and leaves its
 * answer in the cell of r0. One that the machine lacks becomes a function that faults, since it may never be reached.
 */
import { HELPERS, type HelperName } from '../../format/asm/helpers.ts'
import { type Instruction, PSEUDO } from '../../format/asm/instruction.ts'
import { CLASS, JMP } from '../../format/asm/opcodes.ts'
import type { Execution } from '../execution.ts'
import type { VmHelper } from '../helpers/helper.ts'
import { VM_HELPERS } from '../helpers/helpers.ts'
import { KFUNCS } from '../kfuncs/kfuncs.ts'
import { CELL } from '../memory/layout.ts'
import type { Image } from '../program/image.ts'

/** Bound callees, by name in order, and how instructions name them. */
export interface Callees {
  readonly functions: ReadonlyMap<string, () => void>
  readonly numberOf: (image: Image, index: number) => number
  readonly argumentCount: (image: Image, index: number) => number
}

interface Callee {
  readonly name: string
  readonly argumentCount: number
  readonly run: VmHelper
}

/** Binds everything that the programs call; `onCall` counts. */
export function bindCallees(images: readonly Image[], execution: Execution, onCall: () => void): Callees {
  const functions = new Map<string, () => void>()
  const numbers = new Map<string, number>()
  for (const { input } of images)
    for (const instruction of input.instructions) {
      if (!callsOut(instruction)) continue
      const callee = calleeOf(instruction)
      if (numbers.has(callee.name)) continue
      numbers.set(callee.name, functions.size)
      functions.set(callee.name, bind(callee.run, execution, onCall))
    }
  const at = (image: Image, index: number): Callee => calleeOf(image.input.instructions[index] as Instruction)
  return {
    functions,
    numberOf: (image, index) => numbers.get(at(image, index).name) ?? 0,
    argumentCount: (image, index) => at(image, index).argumentCount,
  }
}

const callsOut = ({ opcode, src }: Instruction): boolean => opcode === (CLASS.jmp | JMP.call) && src !== PSEUDO.call

function calleeOf({ src, imm, kfunc }: Instruction): Callee {
  if (src === PSEUDO.kfunc) {
    const name = kfunc ?? `#${imm}`
    return { name: `kfunc ${name}`, ...(KFUNCS.get(name) ?? missing(`kfunc ${name}`)) }
  }
  const helper = VM_HELPERS.get(Number(imm))
  if (helper !== undefined) return helper
  const known = (Object.keys(HELPERS) as HelperName[]).find((name) => HELPERS[name].id === Number(imm))
  const name = known === undefined ? `helper ${imm}` : `bpf_${known}`
  return { name, ...missing(name) }
}

const missing = (name: string): Omit<Callee, 'name'> => ({
  argumentCount: 0,
  run: ({ host }) => {
    throw host.fault('unknown helper', `the machine has no ${name}`)
  },
})

const HALF = 0x1_0000_0000

function bind(run: VmHelper, execution: Execution, onCall: () => void): () => void {
  const { memory } = execution
  return () => {
    onCall()
    const result = run(execution)
    if (typeof result === 'bigint') memory.view.setBigUint64(CELL.registers, BigInt.asUintN(64, result), true)
    else {
      memory.words[CELL.registers >> 2] = result
      memory.words[(CELL.registers >> 2) + 1] = Math.floor(result / HALF)
    }
  }
}
