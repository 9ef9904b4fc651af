/**
 * bpftrace scripts as calls of the library: what they print as typed events, their maps as values, and how they end.
 */
import { bpftrace, ProgramError, type ScriptEvent, type ScriptHistogram, UsageError } from 'borescope'
import { expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { useRunningTarget } from '../support/running-target.ts'

const target = useRunningTarget('pie')

async function take(events: AsyncIterable<ScriptEvent>, count: number): Promise<ScriptEvent[]> {
  const taken: ScriptEvent[] = []
  for await (const event of events) if (taken.push(event) === count) break
  return taken
}

it('prints come as events with their values, a loop that stops early leaves the rest to the next', async (context) => {
  needs(context, 'root')
  const first = 0n // The argument counts the rounds of one order.
  await using script =
    await bpftrace`uprobe:${target.path}:work { printf("%d of %s\n", arg0, comm); print((arg0, "x")); @[arg0 % 2] = count(); print(@); }`
  await target.rounds(2)
  expect(await take(script, 1)).toEqual([{ kind: 'printf', text: expect.stringMatching(/^\d+ of /), values: [first, expect.any(String)] }])
  const [value, map, next] = await take(script, 3)
  expect(value).toEqual({ kind: 'value', value: [first, 'x'] })
  expect(map).toEqual({ kind: 'map', name: '@', entries: expect.arrayContaining([[0n, 1n]]) }) // As it is when the print comes to be handled.
  expect(next).toMatchObject({ kind: 'printf', values: [first + 1n, expect.any(String)] })
  expect(script.lost).toBe(0n)
})

it('maps are read while it runs and when it has ended, END probes and all', async (context) => {
  needs(context, 'root')
  const script = await bpftrace(
    'uprobe:$1:work { @count = count(); @by[arg0 % 3, "k"] = sum(2); @h = hist(arg0); @s = stats(1); } END { @done = 1; exit(7); }'.replace(
      '$1',
      target.path,
    ),
  )
  await target.rounds(9)
  expect(script.map('count')).toEqual([[undefined, 9n]])
  expect(script.map('@done')).toEqual([])
  expect(script.map('@by').toSorted()).toEqual([0n, 1n, 2n].map((key) => [[key, 'k'], 6n]))
  const [[, histogram] = []] = script.map('@h')
  expect((histogram as ScriptHistogram).buckets.reduce((sum, { count }) => sum + count, 0n)).toBe(9n)
  expect(String(histogram)).toContain('|@')
  script.stop()
  expect(await script.ended).toBe(7)
  expect(script.map('done')).toEqual([[undefined, 1n]])
  expect(script.map('s')).toEqual([[undefined, { count: 9n, average: 1n, total: 9n }]])
  expect(() => script.map('nothing')).toThrow(UsageError)
})

it('a script that ends by itself ends its events', async (context) => {
  needs(context, 'root')
  const texts: string[] = []
  for await (const event of await bpftrace('BEGIN { printf("hello %s\\n", str($1)); }', { parameters: ['world'] })) {
    if (event.kind === 'printf') texts.push(event.text)
  }
  expect(texts).toEqual(['hello world\n'])
})

it('mistakes, targets that are not there and a signal end it', async (context) => {
  needs(context, 'root')
  await expect(bpftrace`BEGIN { @a = nonsense(1); $b = $c; }`).rejects.toThrow(ProgramError)
  await expect(bpftrace`BEGIN { @a = nonsense(1) }`).rejects.toThrow('1 mistake in the script')
  await expect(bpftrace`uprobe:/not/there:f { @ = 1 }`).rejects.toThrow('/not/there')
  const controller = new AbortController()
  const script = await bpftrace('interval:s:100 { @ = 1 }', { signal: controller.signal })
  controller.abort()
  expect(await script.ended).toBe(0)
  await script.close()
})
