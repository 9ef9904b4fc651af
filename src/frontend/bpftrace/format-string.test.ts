import { describe, expect, it } from 'vitest'
import { parseFormat } from './format-string.ts'

const PLAIN = {
  kind: 'conversion',
  bits: 32,
  leftAlign: false,
  zeroPad: false,
  plus: false,
  space: false,
  alternate: false,
  width: 0,
  precision: undefined,
}

describe('parseFormat', () => {
  it('merges text, and takes %% as a percent sign', () => {
    expect(parseFormat('a%%b %d!')).toEqual({
      format: [
        { kind: 'text', text: 'a%b ' },
        { ...PLAIN, conversion: 'd' },
        { kind: 'text', text: '!' },
      ],
    })
  })

  it.each([
    ['%hhd', { bits: 8 }],
    ['%hu', { bits: 16, conversion: 'u' }],
    ['%lx', { bits: 64, conversion: 'x' }],
    ['%lld', { bits: 64 }],
    ['%jd', { bits: 64 }],
    ['%zd', { bits: 64 }],
    ['%td', { bits: 64 }],
    ['%p', { bits: 64, conversion: 'p' }],
    ['%-10s', { leftAlign: true, width: 10, conversion: 's' }],
    ['%08X', { zeroPad: true, width: 8, conversion: 'X' }],
    ['%+d', { plus: true }],
    ['% d', { space: true }],
    ['%#o', { alternate: true, conversion: 'o' }],
    ['%*d', { width: 0 }],
    ['%.3d', { precision: 3 }],
    ['%c', { conversion: 'c' }],
    ['%i', { conversion: 'i' }],
  ])('reads %s', (text, fields) => {
    expect(parseFormat(text)).toEqual({ format: [{ ...PLAIN, conversion: 'd', ...fields }] })
  })

  it.each(['%f', '%5.2e', '%g'])('refuses %s', (text) => {
    expect(parseFormat(text)).toEqual({ problem: `unsupported format specifier: ${text.at(-1)}` })
  })

  it.each(['%', '%5', '% ', '%y', '%-5z|'])('takes %s for text', (text) => {
    expect(parseFormat(text)).toEqual({ format: [{ kind: 'text', text }] })
  })
})
