import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import type { SyscallError } from '../base/errors.ts'
import { descriptorSink } from './byte-sink.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-sink-'))
const opened: number[] = []
afterEach(() => {
  for (const fd of opened.splice(0)) closeSync(fd)
})
afterAll(() => rmSync(directory, { recursive: true }))

function open(path: string): number {
  const fd = openSync(path, 'w')
  opened.push(fd)
  return fd
}

const fail = (error: SyscallError): never => {
  throw error
}

describe('a sink over a descriptor', () => {
  test('writes each character as one byte, in order, when it is told to', () => {
    const path = join(directory, 'bytes')
    const sink = descriptorSink(open(path), fail)
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte))
    sink.write(all)
    sink.write('end')
    expect(readFileSync(path)).toHaveLength(0)
    sink.flush()
    sink.flush()
    expect(readFileSync(path, 'latin1')).toBe(`${all}end`)
  })

  test('writes by itself when a batch is full', () => {
    const path = join(directory, 'batch')
    const sink = descriptorSink(open(path), fail)
    for (let i = 0; i < 100; i++) sink.write('x'.repeat(1024))
    expect(readFileSync(path).length).toBeGreaterThan(0)
    sink.flush()
    expect(readFileSync(path)).toHaveLength(100 * 1024)
  })

  test('reports the first failure, and then writes nothing', () => {
    const onFailure = vi.fn()
    const sink = descriptorSink(open('/dev/full'), onFailure)
    sink.flush()
    expect(onFailure).not.toHaveBeenCalled()
    for (let i = 0; i < 3; i++) {
      sink.write('text')
      sink.flush()
    }
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'syscall', errno: 'ENOSPC', remedy: expect.stringContaining('disk') }),
    )
  })

  test('lets through what the handler throws, once', () => {
    const sink = descriptorSink(open('/dev/full'), fail)
    sink.write('text')
    expect(() => sink.flush()).toThrow('writing the output: write failed with ENOSPC')
    sink.write('text')
    expect(() => sink.flush()).not.toThrow()
  })
})
