import { describe, expect, test } from 'vitest'
import { virtualOffset } from '../base/address.ts'
import { FunctionList } from './function-list.ts'
import { isFunctionPattern, matchFunctions } from './function-match.ts'

const NAMES = [
  'main.main',
  'main.Map[go.shape.int,go.shape.string]',
  'main.Map[go.shape.*uint8,go.shape.int]',
  'main.Mapper',
  'main.(*Stack[go.shape.[]int]).Push',
  'main.(*Stack).Pop',
  'main.(*FastStack).Pop',
  'main.List[...]',
  'runtime.memmove.abi0',
  'app/vendor/golang.org/x/net/http2.Read',
  'vendor/golang.org/x/crypto.Sum',
  'myvendor/other.Sum',
  'main.init.func1',
  'main.init.func1',
]
const list = new FunctionList(NAMES.map((name, index) => ({ name, address: virtualOffset(BigInt(index)), size: 0 })))
const go = (pattern: string) => matchFunctions(list, pattern, true).map(({ name }) => name)
const c = (pattern: string) => matchFunctions(list, pattern, false).map(({ name }) => name)

describe('in Go programs', () => {
  test.each([
    ['an exact name', 'main.main', ['main.main']],
    ['a name that several functions share', 'main.init.func1', ['main.init.func1', 'main.init.func1']],
    ['an exact name that looks like a pattern', 'main.(*Stack).Pop', ['main.(*Stack).Pop']],
    ['an exact name with [...]', 'main.List[...]', ['main.List[...]']],
    ['the instances of a generic function', 'main.Map', [NAMES[1], NAMES[2]]],
    ['the instances, as a stripped binary names them', 'main.Map[...]', [NAMES[1], NAMES[2]]],
    ['one instance', 'main.Map[go.shape.int,go.shape.string]', [NAMES[1]]],
    ['a method of a generic type', 'main.(*Stack).Push', [NAMES[4]]],
    ['a method of a generic type, as a stripped binary names it', 'main.(*Stack[...]).Push', [NAMES[4]]],
    ['an assembly function', 'runtime.memmove', ['runtime.memmove.abi0']],
    ['a vendored function', 'golang.org/x/net/http2.Read', [NAMES[9]]],
    ['a function vendored by the standard library', 'golang.org/x/crypto.Sum', [NAMES[10]]],
    ['no half directory', 'other.Sum', []],
    ['a wildcard', 'main.m*', ['main.main']],
    ['a wildcard beside a receiver, which is none', 'main.(*Stack).P*', ['main.(*Stack).Pop']],
    ['a receiver that is a wildcard', 'main.(*).Pop', ['main.(*Stack).Pop', 'main.(*FastStack).Pop']],
    ['a receiver alone is no wildcard', 'main.(*tack).Pop', []],
    ['nothing', 'main.nothing', []],
  ])('%s', (_name, pattern, names) => {
    expect(go(pattern)).toEqual(names)
  })
})

describe('elsewhere', () => {
  test.each([
    ['an exact name', 'main.main', ['main.main']],
    ['no shorthand', 'main.Map', []],
    ['a wildcard', '*Pop', ['main.(*Stack).Pop', 'main.(*FastStack).Pop']],
  ])('%s', (_name, pattern, names) => {
    expect(c(pattern)).toEqual(names)
  })
})

test.each([
  ['main.main', true, false],
  ['main.(*T).Get', true, false],
  ['main.(*T).Get', false, true],
  ['main.Map[...]', true, false],
  ['main.(*T).*', true, true],
])('%s may select several (Go: %s): %s', (pattern, isGo, answer) => {
  expect(isFunctionPattern(pattern, isGo)).toBe(answer)
})
