/** A loop over four words of the program. */
import { array, u64, uprobe, user } from '../../../src/index.ts'

/** The parts of the program. */
export function parts(target: string) {
  const largest = array(u64, 1)
  const probe = uprobe(target, 'work', (ctx) => {
    let most = 0n
    for (let i = 0n; i < 4n; i++) {
      const word = user.read(u64, ctx.arg(1) + i * 8n, 0n)
      if (word > most) most = word
    }
    largest.set(0, most)
  })
  return { largest, probe }
}
