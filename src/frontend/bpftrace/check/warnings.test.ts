/**
 * Warnings of the check: text and place (columns, the second one exclusive) are those of bpftrace 0.27 for the same line.
 */
import { describe, expect, it } from 'vitest'
import { frozenTypeSource } from '../../../../test/support/frozen-type-source.ts'
import { formatDiagnostic } from '../../../base/diagnostic.ts'
import { sourceText } from '../../../base/source-text.ts'
import { compileScript } from '../compile.ts'

/** Columns and text of the warnings of `BEGIN { body; exit() }`. */
function warnings(body: string): string[] {
  const { diagnostics } = compileScript(sourceText('stdin', `BEGIN { ${body}; exit() }`), {
    typeSource: frozenTypeSource,
    parameters: ['a'],
  })
  return diagnostics.map((one) => {
    const [, columns, text] = /^stdin:1:(\S+): WARNING: (.*)/.exec(formatDiagnostic(one)) ?? []
    return `${columns} ${text}`
  })
}

const discarded = (columns: string) => `${columns} Return value discarded.`
const unreachable = (columns: string) => `${columns} Unreachable statement.`
const unassigned = (columns: string) => `${columns} Variable used before it was assigned: $x`
const never = (columns: string) => `${columns} Variable $x was never assigned to.`
const unnecessary = (columns: string, type: string) => `${columns} Unnecessary cast: expression is already of type ${type}`
const cast = (columns: string, from = 'uint64', to = 'int64') =>
  `${columns} Expression of type: ${from} being cast to type: ${to}. This may cause unexpected results. Use an explicit cast to suppress this warning.`

describe('a value that nobody uses', () => {
  it.each([
    ['1', [discarded('9-11')]],
    ['1 + 2; nsecs', [discarded('9-15'), discarded('16-22')]],
    ['1 ? 2 : 3', [discarded('9-19')]],
    ['"abc"', [discarded('9-15')]],
    ['$x = 1; ($x)', [discarded('17-22')]],
    // What begins as an assignment would is pointed at without its end.
    ['$x = 1; $x; $x + 1', [discarded('17-19'), discarded('21-27')]],
    ['@a[1] = 1; @a[1]; @a[1] == 2', [discarded('20-25'), discarded('27-37')]],
    ['$y = (1, 2); $y.0', [discarded('22-26')]],
    ['@a[1] = 1; delete(@a, 1)', [discarded('20-34')]],
    ['$x = 1; $x++; ++$x; print(1); _ = 5; 1 ? print(1) : print(2)', []],
  ])('%s', (body, expected) => {
    expect(warnings(body)).toEqual(expected)
  })
})

describe('a statement that cannot be reached', () => {
  it.each([
    ['exit(); print(1); print(2)', [unreachable('17-26')]],
    ['return; $x = 1', [unreachable('17-23')]],
    // The last expression without `;` is the value of its block.
    ['return', [unreachable('7-25')]],
    ['if (1) { return; print(1) }', ['26-34 Unreachable expression; block type is implicitly none.']],
    ['exit(); exit(); print(1)', [unreachable('17-24'), unreachable('25-34')]],
    ['if (1) { exit(); } else { return; } print(1)', [unreachable('45-54')]],
    ['unroll (2) { exit(); } print(1)', [unreachable('32-41')]],
    ['{ return; print(3); } print(1)', [unreachable('19-28')]],
    ['if (1) { return; } print(1)', []],
  ])('%s', (body, expected) => {
    expect(warnings(body)).toEqual(expected)
  })
})

describe('a variable without a value', () => {
  it.each([
    ['let $x', [never('9-15')]],
    ['let $x : string', [never('9-15')]],
    ['let $x; print($x); $x = 1; print($x)', [unassigned('23-25')]],
    ['let $x; if (1) { print($x) } $x = 1', [unassigned('32-34')]],
    ['let $x; if (1) { $x = 1 } print($x)', []],
    ['let $x : uint8; print(($x, $x))', [never('9-15'), unassigned('32-34'), unassigned('36-38')]],
    ['let $x : uint8; $x++; print($x)', [never('9-15'), unassigned('25-27'), unassigned('37-39')]],
    ['let $x : uint8; $x += 1', [unassigned('25-27'), cast('28-32', 'uint64', 'uint8')]],
    ['let $x : uint8; $x = $x + 1', [unassigned('30-32'), cast('30-36', 'uint64', 'uint8')]],
    ['let $x : uint8 = 1; $y = $x', []],
  ])('%s', (body, expected) => {
    expect(warnings(body)).toEqual(expected)
  })
})

describe('an integer that is cast to where it goes', () => {
  it.each([
    ['let $x : uint32; $x = pid; $x = nsecs', [cast('41-46', 'uint64', 'uint32')]],
    ['let $x : int32 = pid', [cast('26-29', 'uint32', 'int32')]],
    ['let $x : int8 = (uint64)5', [cast('25-33', 'uint64', 'int8')]],
    ['let $x : uint64 = (int32)5', [cast('27-34', 'int32', 'uint64')]],
    ['let $x : int64 = pid; let $y : uint64 = pid; let $z : uint8 = 255', []],
    ['let $x : int32 = 5; $x *= 2; $x = $x + 1', [cast('32-36', 'int64', 'int32'), cast('43-49', 'int64', 'int32')]],
    // What a variable or a map holds at last counts, not what it held here.
    ['$x = nsecs; $x = -1', [cast('14-19')]],
    ['@x = nsecs; @x -= 1', [cast('14-19')]],
    ['@x = nsecs; @x--', [cast('14-19')]],
    ['@x = nsecs; @x += 1; @x++', []],
    ['@[nsecs] = 1; @[-1] = 2', [cast('11-16')]],
    ['@[1, nsecs] = 1; @[1, -1] = 1', [cast('14-19')]],
    ['$x = (1, (nsecs, pid)); $x = (1, (-1, -1))', [cast('19-24')]],
    ['$x = (1, nsecs); $y = $x; $y = (1, -1)', [cast('31-33')]],
    ['print((nsecs, -1)); @h = hist(-1); @s = sum(nsecs); @t = sum(-1)', []],
  ])('%s', (body, expected) => {
    expect(warnings(body)).toEqual(expected)
  })
})

describe('an integer that is cast by an operator', () => {
  it.each([
    ['print(nsecs - 1)', [cast('15-20')]],
    ['@s = nsecs; print(nsecs - @s)', [cast('27-32'), cast('35-37')]],
    ['print(nsecs + -1)', [cast('15-20')]],
    ['print((int64)1 + (uint64)2)', [cast('26-34')]],
    ['print(nsecs << (int32)2)', [cast('15-20')]],
    ['print(pid - tid); print(nsecs + 1); print(nsecs * pid); print(-nsecs)', []],
    ['if (nsecs == -5) { }', [cast('13-18')]],
    ['if (nsecs == 5 || pid == (int32)5) { }', []],
    ['if (nsecs && -1) { }', [cast('13-18')]],
    ['print(1 ? nsecs : -1)', [cast('19-24')]],
    ['@c = count(); print(@c - 1); if (@c > (int64)5) { }', []],
  ])('%s', (body, expected) => {
    expect(warnings(body)).toEqual(expected)
  })
})

describe('other casts and comparisons', () => {
  it.each([
    ['$x = (uint32)pid; $y = (int8)-1', [unnecessary('14-22', 'uint32'), unnecessary('32-38', 'int8')]],
    ['$p = (uint8*)0; $q = (uint8*)$p', [unnecessary('30-38', 'uint8 *')]],
    ['$x = (uint64)pid; $b = (bool)true; @c = count(); $y = (uint64)@c', []],
    [
      '$p = (int32*)0; $q = (int8*)0; if ($p == $q) { }',
      ['44-52 comparison of distinct pointer types: int32, int8', '44-46 left (int32)', '50-52 right (int8)'],
    ],
  ])('%s', (body, expected) => {
    expect(warnings(body)).toEqual(expected)
  })
})

describe('parameters', () => {
  it.each([
    ['print($1)', []],
    ['print($2 + 1)', ['15-17 Positional parameter $2 is empty or not provided. ']],
    ['print(str($2)); print(str($2, 3))', []],
  ])('%s', (body, expected) => {
    expect(warnings(body)).toEqual(expected)
  })
})
