import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../base/errors.ts'
import { holdChild } from './child.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'borescope-child-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const read = (name: string): string | undefined => {
  try {
    return readFileSync(join(directory, name), 'utf8')
  } catch {
    return undefined
  }
}

describe('held child', () => {
  it('does nothing until it is released, and keeps its pid through the exec', async () => {
    const child = await holdChild(`sh -c 'echo $$ > ${directory}/pid'`)
    await sleep(30)
    expect(read('pid')).toBeUndefined()
    child.release()
    expect(await child.ended).toEqual({ code: 0, signal: null })
    expect(Number(read('pid'))).toBe(child.pid)
  })
  it('splits and quotes words as a shell does', async () => {
    writeFileSync(join(directory, 'a b'), 'text')
    const child = await holdChild(`cp "${directory}/a b" ${directory}/copy`)
    child.release()
    await child.ended
    expect(read('copy')).toBe('text')
  })
  it('answers the exit code of the command', async () => {
    const child = await holdChild("sh -c 'exit 7'")
    child.release()
    expect(await child.ended).toEqual({ code: 7, signal: null })
  })
  it('ends a child that was never released', async () => {
    const child = await holdChild(`touch ${directory}/ran`)
    await child.close()
    expect(read('ran')).toBeUndefined()
    expect(await child.ended).toMatchObject({ signal: 'SIGTERM' })
  })
  it('closes twice', async () => {
    const child = await holdChild('sleep 100')
    child.release()
    await child.close()
    await child.close()
    expect(await child.ended).toMatchObject({ signal: 'SIGTERM' })
  })
  it('refuses an empty command', async () => {
    await expect(holdChild('  ')).rejects.toThrow(UsageError)
  })
})
