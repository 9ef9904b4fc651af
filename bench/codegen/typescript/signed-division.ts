/** Arithmetic of 32 bits with signed division. */
import { array, i32, uprobe } from '../../../src/index.ts'

/** The parts of the program. */
export function parts(target: string) {
  const quotients = array(i32, 1)
  const probe = uprobe(target, 'work', (ctx) => {
    const number = Number(BigInt.asIntN(32, ctx.arg(0)))
    const small = Number(BigInt.asIntN(32, ctx.arg(2)))
    if (small === 0) return
    quotients.set(0, Math.trunc((number * 3) / small) + (number % 10))
  })
  return { quotients, probe }
}
