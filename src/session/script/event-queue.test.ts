import { expect, it } from 'vitest'
import { UsageError } from '../../base/errors.ts'
import { EventQueue } from './event-queue.ts'

async function read<T>(queue: EventQueue<T>, most = Number.POSITIVE_INFINITY): Promise<T[]> {
  const taken: T[] = []
  for await (const event of queue) if (taken.push(event) >= most) break
  return taken
}

it('hands out events in order, those that came while it was being read too, and what a reader left to the next', async () => {
  const queue = new EventQueue<number>()
  for (const event of [1, 2, 3]) queue.push(event)
  expect(await read(queue, 2)).toEqual([1, 2])
  const rest = read(queue)
  queue.push(4)
  await new Promise((resolve) => setImmediate(resolve))
  queue.push(5)
  queue.end()
  expect(await rest).toEqual([3, 4, 5])
  expect(queue.dropped).toBe(0n)
})

it('has one reader at a time', async () => {
  const queue = new EventQueue<number>()
  const first = read(queue)
  await expect(read(queue)).rejects.toThrow(UsageError)
  queue.end()
  expect(await first).toEqual([])
})

it('counts what nobody reads beyond its limit', async () => {
  const queue = new EventQueue<number>()
  for (let event = 0; event < 65_539; event++) queue.push(event)
  expect(queue.dropped).toBe(3n)
  queue.end()
  expect((await read(queue)).at(-1)).toBe(65_535)
})

it('throws what the run ended with, behind the events that there were', async () => {
  const queue = new EventQueue<number>()
  queue.push(1)
  queue.end(new Error('the kernel is gone'))
  const taken: number[] = []
  await expect(async () => {
    for await (const event of queue) taken.push(event)
  }).rejects.toThrow('the kernel is gone')
  expect(taken).toEqual([1])
})

it('throws also when there were none, and to a reader that waits', async () => {
  const queue = new EventQueue<number>()
  const waiting = read(queue)
  await new Promise((resolve) => setImmediate(resolve))
  queue.end(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(read(queue)).rejects.toThrow('gone')
})
