/**
 * Values of the tracing language as tests write them: integers, `1 << n`, strings, tuples.
 */
import type { Value } from '../../src/spec/value.ts'

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** The value of a literal, or `undefined` for any other text. Text is a byte string. */
export function parseLiteral(text: string): Value | undefined {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|-?0x[0-9a-f]+|-?\d+|<<|[(),]|\S+/g) ?? []
  let at = 0
  const value = parseValue()
  return at === tokens.length ? value : undefined

  function parseValue(): Value | undefined {
    const token = tokens[at++] ?? ''
    if (token === '(') return parseItems()
    if (token.startsWith('"')) return { kind: 'string', value: unescapeLiteral(token.slice(1, -1)), truncated: false }
    if (!/^-?(0x[0-9a-f]+|\d+)$/.test(token)) return undefined
    const number = token.startsWith('-') ? -BigInt(token.slice(1)) : BigInt(token)
    if (tokens[at] !== '<<') return integer(number)
    at += 2
    return integer(number << BigInt(tokens[at - 1] ?? '0'))
  }

  function parseItems(): Value | undefined {
    const items: Value[] = []
    while (tokens[at] !== ')') {
      const item = parseValue()
      if (item === undefined || (tokens[at] !== ')' && tokens[at] !== ',')) return undefined
      items.push(item)
      if (tokens[at] === ',') at++
    }
    at++
    return { kind: 'tuple', items }
  }
}

function integer(value: bigint): Value {
  return { kind: 'int', value, signed: value < 1n << 63n }
}

function unescapeLiteral(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/g, (_whole, hex?: string, octal?: string, letter?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    return ESCAPES[letter ?? ''] ?? letter ?? ''
  })
}
