/**
 * What compiled scripts compute, seen through an interpreter of the IR: no kernel is needed. The kernel's own answers are
 * compared in test/cases.
 */
import { describe, expect, it } from 'vitest'
import { interpret } from '../../../../test/support/ir-interpreter.ts'
import { showValue, simulate } from '../../../../test/support/simulated-script.ts'
import { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import { bucketOf } from '../../../compiler/lowering/histogram-bucket.ts'
import { PT_REGS } from '../../../compiler/lowering/registers.ts'
import { INT64 } from '../../../spec/types/type.ts'

/** What `print` shows of an expression, behind some statements. */
function printed(expression: string, before = ''): string | undefined {
  return simulate(`BEGIN { ${before} printf("%s", ${expression}) }`).records.at(-1)
}

const text = (value: string) => new Uint8Array([...new TextEncoder().encode(value), 0])

function registers(values: Partial<Record<keyof typeof PT_REGS, bigint>>): Uint8Array {
  const context = new Uint8Array(168)
  for (const [name, value] of Object.entries(values))
    new DataView(context.buffer).setBigUint64(PT_REGS[name as keyof typeof PT_REGS], value, true)
  return context
}

// The answers are those of bpftrace 0.27.
describe('expressions', () => {
  it.each([
    ['$q - 5', '-2'],
    ['$q * -1', '-3'],
    ['$q | -8', '-5'],
    ['$q + 1', '4'],
    ['$q / 0x10', '0'],
    ['$q / $zero', '1'],
    ['$q % $zero', '1'],
    ['$m / 2', '9223372036854775804'],
    ['-7 / 2', '-3'],
    ['1 << 64 - 1', '9223372036854775808'],
    ['0xffffffffffffffff', '18446744073709551615'],
    ['~1', '18446744073709551614'],
    ['$n8 >> 1', '9223372036854775807'],
    ['$n8 << 1', '-2'],
    ['$n8 & 0xff', '255'],
    ['bswap(0x0102030405060708)', '578437695752307201'],
    ['bswap((uint32)0xa1b2c3d4)', '3569595041'],
    ['bswap((int16)-2)', '65279'],
    ['bswap((uint8)7)', '7'],
    ['(uint8)300', '44'],
    ['(int8)200', '-56'],
    ['(int64)(uint8)-1', '255'],
    ['(bool)5', 'true'],
    ['$b + 1', '2'],
    ['$b == 1', 'true'],
    ['-1 > $q', 'false'],
    ['-1 < 1', 'true'],
    ['(int32)-1 < (uint32)1', 'true'],
    ['(int32)-1 == (uint32)0xffffffff', 'false'],
    ['10 > 9 > 8', 'false'],
    ['true && 0', 'false'],
    ['false || pid', 'true'],
    ['!5', 'false'],
    ['$q > 2 ? "yes" : "no!!"', 'yes'],
    ['$q < 2 ? 1 : -1', '-1'],
    ['$zero ?: 7', '7'],
    ['$q ?: 7', '3'],
    ['$i++ + ++$i', '12'],
    ['(1, (2, "a"), true)', '(1, (2, a), true)'],
    ['(1, (2, "a"), true).1.1', 'a'],
    ['pid', '42'],
    ['tid', '43'],
    ['comm', 'simulated'],
    ['comm == "simulated"', 'true'],
    ['comm == "simulate"', 'false'],
    ['comm != "simulated!"', 'true'],
    ['$s == "abc"', 'true'],
    ['$s == "abcd"', 'false'],
    ['$s == $longer', 'false'],
    ['$s == $same', 'true'],
    ['@nope[3]', '0'],
    ['@missing["x"]', ''],
  ])('%s is %s', (expression, expected) => {
    const before = `$q = (uint64)3; $zero = 0; $m = -7; $n8 = (int8)-1; $b = true; $i = 5; $s = "abc"; $longer = "abcd"; $same = "xx"; $same = "abc";
      @nope[1] = 1; @missing["a"] = "b";`
    expect(printed(expression, before)).toBe(expected)
  })

  it.each([
    ['$u = (uint8)250; $u += 10;', '$u', '260'],
    ['@x = 127; @x++;', '@x', '128'],
    ['@y--;', '@y', '-1'],
    ['@c = 5;', '@c++', '5'],
    ['@c = 5;', '++@c', '6'],
    ['@k["a"] = 1; @k["abc"] = 2;', '@k["a"]', '1'],
    ['@k[1, "a"] += 3; @k[1, "a"] -= 1; @k[300, "abc"] = 9;', '@k[1, "a"]', '2'],
    ['@t = (1, "a"); @t = (300, "abc");', '@t', '(300, abc)'],
    ['@t = (1, 2); @t = (@t.1, @t.0);', '@t', '(2, 1)'],
    ['$t = ("a", "b"); $t = ($t.1, $t.0);', '$t', '(b, a)'],
    ['@n = 6; @n |= 1; @n <<= 2;', '@n', '28'],
    ['if (pid == 1) { @z = 1 } else if (pid == 42) { @z = 2 } else { @z = 3 }', '@z', '2'],
    ['unroll (3) { @u += 2 }', '@u', '6'],
    ['$i = 0; while ($i < 5) { $i++; @w += $i }', '@w', '15'],
    ['$i = 0; while (true) { $i += 3; if ($i > 10) { break } }', '$i', '12'],
    ['$i = 0; while ($i < 9) { $i++; if ($i % 2 == 0) { continue } @o++ }', '@o', '5'],
    ['$i = 0; while ($i < 3) { $j = 0; while ($j < 4) { $j++; if ($j == 3) { break } @n++ } $i++ }', '@n', '6'],
    ['$i = 0; while ($i < 3) { unroll (5) { $i++; if ($i == 2) { break } } }', '$i', '2'],
    ['for ($i : 2..6) { @f += $i }', '@f', '14'],
    ['for $i : -2..2 { @g += $i; $i = 100 }', '@g', '-2'],
    ['@r = 7; for ($i : 5..5) { @r = $i }', '@r', '7'],
    ['for ($i : 0..4) { for ($j : 0..4) { if ($j > $i) { break } if ($j == 0) { continue } @h++ } }', '@h', '6'],
    ['@d["x"] = 1; delete(@d, "x");', '@d["x"]', '0'],
    ['@d = 5; delete(@d);', '@d', '0'],
    ['@d = count(); delete(@d); @d = count();', '@d', '1'],
    ['@d = max(5); $had = delete(@d);', '(int64)$had + delete(@d) + @d', '1'],
    ['@d["x"] = hist(5); @d["x"] = hist(500); $had = delete(@d, "x");', '(int64)$had + delete(@d, "x")', '1'],
    ['@k[(1, @v)] = 3; @v = "text";', '@k[(1, "")]', '3'],
    ['let $l; $l = 3;', '$l', '3'],
    ['let $l: uint64;', '$l', '0'],
    ['@count = count(); @count = count();', '@count + 1', '3'],
    ['@max = max(5); @max = max(-3);', '@max', '5'],
    ['@min = min(5); @min = min(-3);', '@min', '-3'],
    ['@min[1] = min(5); @min[1] = min(7);', '@min[1]', '5'],
    ['@avg = avg(-7); @avg = avg(2);', '(int64)@avg', '-2'],
    ['@sum["k"] = sum(4); @sum["k"] = sum(-6);', '@sum["k"]', '-2'],
  ])('behind %s %s is %s', (before, expression, expected) => {
    expect(printed(expression, before)).toBe(expected)
  })

  it('evaluates only what short circuits and branches need', () => {
    const { maps } = simulate('BEGIN { $a = 0 && @x++; $b = 1 || @x++; $c = 1 ? 2 : @x++; $d = 5 ?: @x++ }')
    expect(maps.get('@x')?.get('00000000')?.[0]).toBe(0)
  })

  it('stops at return and exit', () => {
    expect(simulate('BEGIN { if (pid) { print(1); exit(3) } print(2) }').records).toEqual(['1', '3'])
    expect(simulate('BEGIN { print(1); return; print(2) }').records).toEqual(['1'])
    expect(simulate('BEGIN /pid == 1/ { print(1) }').records).toEqual([])
  })

  it.each([
    ['the initial namespace', {}, '42 43'],
    ["the tracer's own", { pidNamespace: { device: 4n, inode: 1n } }, '2 3'],
    ['one that the task is not in', { pidNamespace: { device: 4n, inode: 2n } }, '0 0'],
    ['one of another device', { pidNamespace: { device: 5n, inode: 1n } }, '0 0'],
  ])('numbers processes and threads as %s does', (_name, simulation, ids) => {
    expect(simulate('BEGIN { printf("%d %d", pid, tid) }', simulation).records).toEqual([ids])
  })

  it.each([
    ['its id', { pid: 42 }, 1],
    ['another id', { pid: 2 }, 0],
    ['its id in the namespace', { pid: 2, pidNamespace: { device: 4n, inode: 1n } }, 1],
    ['its id outside of the namespace', { pid: 42, pidNamespace: { device: 4n, inode: 1n } }, 0],
  ])('keeps the hits of a tracepoint in the process of -p: %s', (_name, simulation, hits) => {
    expect(simulate('t:sched:sched_process_exec { print(1) }', simulation).records).toHaveLength(hits)
  })
})

describe('probes', () => {
  const probe = 'uprobe:/frozen/native:do_work'

  it('reads arguments by the convention of the target', () => {
    const context = registers({ di: 1n, si: 2n, r9: 6n, ax: 10n, bx: 11n })
    expect(simulate(`${probe} { printf("%d %d %d", arg0, arg1, arg5) }`, { context }).records).toEqual(['1 2 6'])
    expect(simulate('uprobe:/frozen/counter:main.main { printf("%d %d", arg0, arg1) }', { context }).records).toEqual(['10 11'])
    expect(simulate('uretprobe:/frozen/native:do_work { print(retval) }', { context }).records).toEqual(['10'])
  })

  it('adds the slide of a position independent target to addresses of its data', () => {
    const slide = 0x7000_0000n
    const memory = new Map([[slide + 0x4000n, Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0, 9)]])
    const context = registers({ ip: slide + 0x1000n })
    expect(simulate(`${probe} { printf("%d %d", *uaddr("counter"), *uaddr("flag")) }`, { context, memory }).records).toEqual(['5 9'])
  })

  it.each([
    ['str(arg0)', 'hello world'],
    ['str(arg0, 4)', 'hel'],
    ['str(arg0, 11)', 'hello worl'],
    ['str(arg0, arg1)', 'hell'],
    ['str(arg0, 0)', ''],
    ['str(arg2)', ''],
  ])('%s reads %s', (expression, expected) => {
    const memory = new Map([[0x5000n, text('hello world')]])
    const context = registers({ di: 0x5000n, si: 5n })
    expect(simulate(`${probe} { print(${expression}) }`, { context, memory }).records).toEqual([expected])
  })

  it('leaves a text that is longer than max_strlen without a NUL', () => {
    const memory = new Map([[0x5000n, text('x'.repeat(2000))]])
    const { records } = simulate(`${probe} { print(str(arg0)); print(str(arg0, 1023)) }`, { context: registers({ di: 0x5000n }), memory })
    expect(records.map((record) => record.length)).toEqual([1024, 1022])
  })

  it('reads the fields of a tracepoint', () => {
    const context = new Uint8Array(64)
    const view = new DataView(context.buffer)
    view.setUint32(12, -5 >>> 0, true)
    context.set(text('task'), 16)
    expect(simulate('t:sched:sched_process_exec { print(args.pid) }', { context }).records).toEqual(['-5'])
  })
})

describe('records', () => {
  it('writes every byte, also between and behind fields', () => {
    const { bytes } = simulate('BEGIN { printf("%d %lld %s", (uint8)1, (uint64)2, "abc"); print((true, (uint32)7)); exit() }')
    // The simulation fills reservations with 0xa5: one that is left was not written.
    expect(bytes.map((record) => record.includes(0xa5))).toEqual([false, false, false])
  })

  it('counts what finds no room, and still does what the arguments do', () => {
    const { lost, maps, records } = simulate('BEGIN { printf("%d", @x++) }', { full: true })
    expect([lost, records.length, maps.get('@x')?.get('00000000')?.[0]]).toEqual([1n, 0, 1])
  })
})

describe('maps', () => {
  it('pads keys with zeros, so that equal keys are equal bytes', () => {
    const { maps } = simulate('BEGIN { $s = "a"; @[1, $s, (uint64)2] = 1; $s = "longer"; @[(int8)1, "a", 2] = 2 }')
    expect(maps.get('@')?.size).toBe(1)
  })

  it.each([
    ['an assignment', '@[1] = 1; @[2] = 1; @[1] = 2; @[3] = 1; @[4] = 1', 2n],
    ['counting up', '@[1]++; @[2] += 2; @[1]++; @[3]++; @[4]--; @[5] -= 1', 3n],
    ['an aggregation', '@[1] = count(); @[2] = count(); @[1] = count(); @[3] = count()', 1n],
    ['a bucket of a histogram', '@[1] = hist(1); @[1] = hist(9); @[1] = hist(1); @[1] = hist(99)', 1n],
    ['an update that has room, and one without key', '@[1] = 1; @[2] = 1; @c = count(); @s = 5; @h = hist(7)', 0n],
  ])('counts what finds no room in a map: %s', (_name, body, expected) => {
    const { dropped, lost, maps } = simulate(`BEGIN { ${body} }`, { room: 2 })
    expect([dropped, lost, maps.get('@')?.size]).toEqual([expected, 0n, 2])
  })

  it('notes that a map without key is set', () => {
    const { maps } = simulate('BEGIN { @a = 0; @b = @a; if (0) { @c = 1 } }')
    const present = ['@a', '@b', '@c'].map((name) =>
      maps
        .get(name)
        ?.get('00000000')
        ?.at(name === '@' ? 8 : 1),
    )
    expect(present).toEqual([1, 1, 0])
  })

  it.each([
    [0, -1n, 0],
    [0, 0n, 1],
    [0, 1n, 2],
    [0, 3n, 3],
    [0, 4n, 4],
    [0, 1023n, 11],
    [0, (1n << 63n) - 1n, 64],
    [2, 3n, 4],
    [2, 4n, 5],
    [2, 7n, 8],
    [2, 8n, 9],
    [2, 10n, 10],
    [5, 31n, 32],
    [5, 64n, 65],
  ])('hist with %i bits puts %d in bucket %i', (bits, value, bucket) => {
    expect(bucketNumber({ kind: 'hist', bits }, value)).toBe(bucket)
  })

  it.each([
    [-1n, 0],
    [9n, 0],
    [10n, 1],
    [14n, 1],
    [15n, 2],
    [29n, 4],
    [30n, 5],
    [31n, 5],
    [1000n, 5],
  ])('lhist(%d, 10, 30, 5) is in bucket %i', (value, bucket) => {
    expect(bucketNumber({ kind: 'lhist', min: 10n, max: 30n, step: 5n }, value)).toBe(bucket)
  })

  it('counts a histogram by key in the bucket behind the padded key', () => {
    const { maps } = simulate('BEGIN { @h["ab"] = hist(8); @h["ab"] = hist(9) }')
    const [[key, value] = []] = [...(maps.get('@h') ?? [])]
    expect(key).toBe(`6162000000000000${'05'.padEnd(16, '0')}`)
    expect(value && showValue(value, 0, INT64)).toBe('2')
  })
})

function bucketNumber(aggregation: Parameters<typeof bucketOf>[1], value: bigint): number {
  const builder = new FunctionBuilder('bucket')
  builder.return(bucketOf(builder, aggregation, builder.load('i64', builder.context)))
  const context = new Uint8Array(8)
  new DataView(context.buffer).setBigInt64(0, value, true)
  return Number(interpret(builder.function, { context, maps: new Map() }))
}
