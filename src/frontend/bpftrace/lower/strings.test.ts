import fc from 'fast-check'
import { expect, it } from 'vitest'
import { simulate } from '../../../../test/support/simulated-script.ts'
import { PT_REGS } from '../../../compiler/lowering/registers.ts'

const context = new Uint8Array(168)
new DataView(context.buffer).setBigUint64(PT_REGS.di, 0x5000n, true)
new DataView(context.buffer).setBigUint64(PT_REGS.si, 0x6000n, true)

it('texts are compared up to their NUL, word by word', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', '\x80'), maxLength: 20 })
  const alike = fc.tuple(short, short, short).map(([start, a, b]) => [start + a, start + b] as const)
  const lengths = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  const property = fc.property(alike, lengths, ([left, right], [first, second]) => {
    const bytes = (value: string) => Uint8Array.from(`${value}\0`, (char) => char.charCodeAt(0))
    const memory = new Map([
      [0x5000n, bytes(left)],
      [0x6000n, bytes(right)],
    ])
    const pair = [`str(arg0, ${first})`, `str(arg1, ${second})`]
    const script = `uprobe:/frozen/native:do_work { $t = (1, ${pair}); printf("%d %d", ${pair.join(' == ')}, $t.1 != $t.2) }`
    const same = left.slice(0, first - 1) === right.slice(0, second - 1)
    expect(simulate(script, { context, memory }).records).toEqual([`${same} ${!same}`])
  })
  fc.assert(property, { numRuns: 100 })
})
