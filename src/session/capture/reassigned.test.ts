import { describe, expect, it } from 'vitest'
import { Reassignments } from './reassigned.ts'

/** The function stands where `PROBE` stands. */
const isReassigned = (text: string, name: string) => new Reassignments(text).isReassigned(name, text.indexOf('PROBE'))

describe('reassignment of a captured variable', () => {
  it.each([
    ['an assignment', 'let a = 1; PROBE; a = 2'],
    ['before the function', 'let a = 1; a = 2; PROBE'],
    ['a compound one', 'let a = 1; function f() { PROBE; a += 2 }'],
    ['??=', 'let a; PROBE; a ??= 2'],
    ['++ behind', 'let a = 1; PROBE; a++'],
    ['-- in front', 'let a = 1; PROBE; -- a'],
    ['by another function', 'let a = 1; const f = () => { a = 2 }; PROBE'],
    ['an array pattern', 'let a, b; [b, a] = [1, 2]; PROBE'],
    ['an object pattern', 'let a; ({ x: a } = {}); PROBE'],
    ['an object pattern, short', 'let a; ({ a } = {}); PROBE'],
    ['a default in a pattern', 'let a; ({ x: a = 5 } = {}); PROBE'],
    ['the rest of a pattern', 'let a; [...a] = []; PROBE'],
    ['the variable of a loop', 'let a; for (a of []) PROBE'],
    ['a loop that counts', 'for (let a = 0; a < 5; a++) PROBE'],
    ['a var declared twice is one variable', 'var a = 1; PROBE; if (x) { a = 2 }'],
    ['a parameter', 'function f(a) { a = 2; PROBE }'],
    ['a declaration without value that gets one later', 'let a; a = 1; PROBE'],
  ])('%s', (_, text) => {
    expect(isReassigned(text, 'a')).toBe(true)
  })
  it.each([
    ['only its declaration', 'const a = 1; PROBE'],
    ['a bundler writes var', 'var a = 1; PROBE'],
    ['an import', "import { a } from 'x'; PROBE"],
    ['another variable of that name, outside', 'let a = 1; a = 2; { const a = 3; PROBE }'],
    ['another one inside', 'const a = 1; PROBE; function f() { let a; a = 5 }'],
    ['a parameter of another function', 'const a = 1; PROBE; const f = (a) => { a = 5; a++ }'],
    ['a member of that name', 'const a = 1; PROBE; o.a = 5; this.a++'],
    ['a longer name', 'const a = 1; PROBE; let aa = 1; aa = 2; $a = 3'],
    ['a property', 'const a = 1; PROBE; o = { a: 5, b: a }'],
    ['a comparison', 'const a = 1; PROBE; x = a == 5 || a === 6 || a >= 3'],
    ['an arrow', 'const a = 1; PROBE; f(a => a)'],
    ['text', 'const a = 1; PROBE; x = "a = 5"; /* a = 6 */'],
    ['a value on the right', 'const a = 1; PROBE; [x] = [a]; ({ x: y[a] } = {})'],
    ['the variable of a loop of its own', 'const a = 1; PROBE; for (const a of x) ; for (let a = 0; a < 3; a++) ;'],
    ['the name of a function expression', 'const a = 1; PROBE; x = function a() { a = 5 }'],
    ['a catch', 'const a = 1; PROBE; try {} catch (a) { a = 5 }'],
    ['a switch of its own', 'const a = 1; PROBE; switch (x) { case 1: let a; a = 5 }'],
    ['a var in a function of its own', 'const a = 1; PROBE; function f() { for (;;) { var a = 2 } a = 3 }'],
  ])('not %s', (_, text) => {
    expect(isReassigned(text, 'a')).toBe(false)
  })
  it('names with $', () => {
    expect(isReassigned('let $a = 1; PROBE; $a = 2', '$a')).toBe(true)
  })
})
