import { describe, expect, it } from 'vitest'
import { positionAt } from '../../base/source-text.ts'
import { captureFunctions } from './capture-functions.ts'
import * as scopes from './script-scopes.ts'

const outer = { of: 'module' }
const name = 'module'
let changing = 1

function closureOf(parameter: number) {
  const name = 'closure'
  return () => [parameter, name, outer, changing, scopes]
}

describe('capture', () => {
  it('finds captured values by identity, innermost scope first', () => {
    changing++
    const [first, second] = captureFunctions([closureOf(1), closureOf(2)])
    expect(first?.lookup('parameter')).toEqual({ kind: 'value', value: 1 })
    expect(second?.lookup('parameter')).toEqual({ kind: 'value', value: 2 })
    expect(first?.lookup('name')).toEqual({ kind: 'value', value: 'closure' })
    expect(first?.lookup('outer')).toEqual({ kind: 'value', value: outer })
    expect(first?.lookup('outer')).toHaveProperty('value', outer)
    expect([name]).toEqual(['module'])
  })
  it('tells a variable that is assigned to', () => {
    const [captured] = captureFunctions([closureOf(1)])
    expect(captured?.lookup('changing').kind).toBe('reassigned')
  })
  it('knows globals, undefined, and what is not there', () => {
    const [captured] = captureFunctions([closureOf(1)])
    expect(captured?.lookup('BigInt')).toEqual({ kind: 'value', value: BigInt })
    expect(captured?.lookup('undefined')).toEqual({ kind: 'value', value: undefined })
    expect(captured?.lookup('nowhere')).toEqual({ kind: 'unknown' })
  })
  it('knows the place in this file', () => {
    const [captured] = captureFunctions([closureOf(1)])
    const offset = captured?.text.indexOf('outer') ?? 0
    const span = captured?.locate({ start: offset, end: offset + 'outer'.length })
    expect(captured?.source.name).toBe('src/session/capture/capture-functions.test.ts')
    expect(captured?.source.text.slice(span?.start, span?.end)).toBe('outer')
    expect(positionAt(captured!.source, span!.start)).toEqual({ line: 12, column: 34 })
  })
  it('a function without source is still a function', () => {
    const [bound] = captureFunctions([closureOf(1).bind(undefined)])
    expect(bound?.text).toContain('[native code]')
    expect(bound?.locate({ start: 3, end: 5 })).toEqual({ start: 3, end: 5 })
  })
  it('leaves nothing behind', () => {
    captureFunctions([closureOf(1)])
    expect(Symbol.for('borescope.capture') in globalThis).toBe(false)
  })
})
