import { describe, expect, it } from 'vitest'
import { buildElf, type ImagePart, symbolParts } from '../../test/support/elf-image.ts'
import { ByteWriter } from '../base/bytes.ts'
import { callFunction, callHelper, exit, immediate, load, loadFunction, loadImmediate64, mov64 } from '../format/asm/construct.ts'
import { disassemble } from '../format/asm/disassemble.ts'
import { encodeInstructions } from '../format/asm/encode.ts'
import type { Instruction } from '../format/asm/instruction.ts'
import { memorySource } from '../format/elf/byte-source.ts'
import { readObject } from './object-reader.ts'

const encoded = (instructions: readonly Instruction[]) => encodeInstructions(instructions, () => ({ pseudo: 0, value: 0n }))
const words = (...values: readonly number[]) => new Uint8Array(Uint32Array.from(values).buffer)
const text = (value: string) => new TextEncoder().encode(`${value}\0`)
const relocations = (...entries: readonly (readonly [slot: number, type: number, symbol: number])[]) => {
  const out = new ByteWriter()
  for (const [slot, type, symbol] of entries) out.u64(BigInt(slot * 8)).u64((BigInt(symbol) << 32n) | BigInt(type))
  return out.finish()
}

/** Sections are numbered from 1, in this order; symbols too. */
function image(
  main: readonly Instruction[],
  relocated: Uint8Array,
  others: { readonly maps?: Uint8Array; readonly machine?: number } = {},
) {
  const helper = encoded([mov64(0, immediate(7)), exit()])
  const parts: readonly ImagePart[] = [
    { name: 'tracepoint/sched/sched_switch', bytes: encoded(main) },
    { name: '.text', bytes: new Uint8Array([...encoded([mov64(0, immediate(1)), exit()]), ...helper]) },
    { name: 'maps', bytes: others.maps ?? words(1, 4, 8, 100, 0, 27, 0, 0, 4096, 0) },
    { name: '.rodata', bytes: words(5, 6) },
    { name: 'license', bytes: text('GPL') },
    ...symbolParts([
      { name: 'probe', type: 2, section: 1, address: 0n, size: encoded(main).length },
      { name: 'unused', type: 2, section: 2, address: 0n, size: 16 },
      { name: 'helper', type: 2, section: 2, address: 16n, size: helper.length },
      { name: 'table', type: 1, section: 3, address: 0n, size: 20 },
      { name: 'events', type: 1, section: 3, address: 20n, size: 20 },
      { name: 'limit', type: 1, section: 4, address: 4n, size: 4 },
      { name: '', type: 3, section: 2 },
    ]),
    { name: '.rel', bytes: relocated, sectionType: 9, info: 1, link: '.symtab' },
  ]
  return memorySource('probe.o', buildElf({ type: 1, machine: others.machine ?? 247, parts }))
}

const [WIDE, CALL] = [1, 10]
const simple = [mov64(0, immediate(0)), exit()]

describe('readObject', () => {
  it('reads maps, data, license and the place of a tracepoint', () => {
    const { license, maps, programs } = readObject(image(simple, relocations()))
    expect(license).toBe('GPL')
    expect(maps).toEqual([
      { name: 'table', kind: 'hash', keySize: 4, valueSize: 8, maxEntries: 100, flags: 0 },
      { name: 'events', kind: 'ringbuf', keySize: 0, valueSize: 0, maxEntries: 4096, flags: 0 },
      { name: '.rodata', kind: 'array', keySize: 4, valueSize: 8, maxEntries: 1, flags: 0x80, contents: words(5, 6) },
    ])
    expect(programs).toMatchObject([
      { name: 'probe', type: 'tracepoint', attach: [{ kind: 'tracepoint', category: 'sched', event: 'sched_switch' }] },
    ])
    expect(programs[0]?.functions).toBeUndefined()
  })

  it('names maps and places in data', () => {
    const main = [loadImmediate64(1, 0n), loadImmediate64(2, 0n), load(0, { base: 2, offset: 0, bytes: 4 }), exit()]
    const { programs } = readObject(image(main, relocations([0, WIDE, 4], [2, WIDE, 6])))
    expect(programs[0]?.instructions.map(({ reference }) => reference)).toEqual([
      { kind: 'map', map: 'table' },
      { kind: 'map-value', map: '.rodata', offset: 4 },
      undefined,
      undefined,
    ])
  })

  it.each([
    ['by its symbol', 3, -1],
    ['by its section', 7, 1],
  ])('puts a called function, named %s, behind the main one', (_how, symbol, addend) => {
    const main = [callHelper(5), callFunction(addend), exit()]
    const { programs } = readObject(image(main, relocations([1, CALL, symbol])))
    expect(disassemble(programs[0]?.instructions ?? [])).toBe(
      ['0: (85) call bpf_ktime_get_ns#5', '1: (85) call pc+1', '2: (95) exit', '3: (b7) r0 = 7', '4: (95) exit'].join('\n'),
    )
    expect(programs[0]?.functions).toEqual([
      { name: 'probe', start: 0, parameterCount: 1 },
      { name: 'helper', start: 3, parameterCount: 5 },
    ])
  })

  it('points callbacks to their function', () => {
    const { programs } = readObject(image([loadFunction(2, 0), ...simple], relocations([0, WIDE, 3])))
    expect(programs[0]?.instructions[0]).toMatchObject({ src: 4, imm: 3n })
  })

  it.each([
    ['another machine', image(simple, relocations(), { machine: 62 }), /not an object file for BPF/],
    [
      'a kind of map that is not known',
      image(simple, relocations(), { maps: words(99, 4, 4, 1, 0, 1, 1, 1, 1, 0) }),
      /table is of type 99/,
    ],
    ['a relocation of a plain instruction', image(simple, relocations([0, WIDE, 4])), /relocation that is not known/],
    ['a call to the middle of nowhere', image([callFunction(0), exit()], relocations([0, CALL, 3])), /where no function begins/],
  ])('refuses %s', (_what, source, problem) => {
    expect(() => readObject(source)).toThrow(problem)
  })
})
