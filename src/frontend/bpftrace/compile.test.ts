import { describe, expect, it } from 'vitest'
import { frozenTypeSource } from '../../../test/support/frozen-type-source.ts'
import { validateProgram } from '../../../test/support/validate-program.ts'
import { fileOffset, virtualOffset } from '../../base/address.ts'
import { sourceText } from '../../base/source-text.ts'
import type { IrFunction } from '../../compiler/ir/ir.ts'
import { printProgram } from '../../compiler/ir/print.ts'
import { siteCookie, type UprobeSite } from '../../spec/attach-point.ts'
import { type CompileScriptOptions, compileScript } from './compile.ts'

function compile(text: string, options: Partial<CompileScriptOptions> = {}) {
  return compileScript(sourceText('test', text), { typeSource: frozenTypeSource, onFunction: validateProgram, ...options })
}

/** Code and text under the marker of each diagnostic. */
function complaints(text: string): string[] {
  return compile(text).diagnostics.map(({ severity, code, span }) => `${severity} ${code}: ${text.slice(span.start, span.end)}`)
}

const MANY = { path: '/many', targetIndex: 0, positionIndependent: false, isGo: false, refused: [] }

function makeSite(index: number): UprobeSite {
  const address = virtualOffset(BigInt(index * 16))
  return {
    symbol: `f${index}`,
    offset: fileOffset(index * 16),
    address,
    placement: 'entry',
    execution: 'single-stepped',
    cookie: siteCookie(0, address),
  }
}

const U = 'uprobe:/frozen/native:do_work'

describe('wrong programs', () => {
  it.each([
    ['BEGIN { foo }', ['error unknown-identifier: foo']],
    ['BEGIN { foo(1, $x) }', ['error unknown-function: foo(1, $x)', 'error undeclared-variable: $x']],
    ['BEGIN { @a = 1; @a = "x" }', ['error type-mismatch: @a = "x"']],
    ['BEGIN { $a = 1; $a = "x" }', ['error type-mismatch: $a = "x"']],
    ['BEGIN { @a = 1; @a[1] = 2 }', ['error map-key-mismatch: @a[1]']],
    ['BEGIN { @a[1] = 1; @a["x"] = 2 }', ['error map-key-type-mismatch: @a["x"]']],
    ['BEGIN { @a[1] = 1; @a[1, 2] = 2 }', ['error map-key-type-mismatch: @a[1, 2]']],
    ['BEGIN { @a = count(); @b = @a }', ['error aggregation-copied: @b = @a']],
    ['BEGIN { @a = count(); @a = 1 }', ['error type-mismatch: @a = 1']],
    ['BEGIN { @a = count(); @a = sum(1) }', ['error type-mismatch: @a = sum(1)']],
    ['BEGIN { @a = lhist(1, 0, 10, 1); @a = lhist(1, 0, 20, 1) }', ['error different-aggregation: @a = lhist(1, 0, 20, 1)']],
    ['BEGIN { $a = count() }', ['error aggregation-not-assigned: count()']],
    ['BEGIN { @a = stats(1); $b = @a }', ['error bad-variable-value: $b = @a']],
    ['BEGIN { @a = hist(1, 6) }', ['error out-of-range: hist(1, 6)']],
    ['BEGIN { @a = lhist(1, 5, 2, 1) }', ['error out-of-range: lhist(1, 5, 2, 1)']],
    ['BEGIN { @a = lhist(1, 0, 5000, 1) }', ['error out-of-range: lhist(1, 0, 5000, 1)']],
    ['BEGIN { @a = lhist(1, 2) }', ['error wrong-argument-count: lhist(1, 2)']],
    ['BEGIN { @a = sum("x") }', ['error wrong-argument-type: "x"']],
    ['BEGIN { exit(1, 2) }', ['error wrong-argument-count: exit(1, 2)']],
    ['BEGIN { printf("%d %d", 1) }', ['error wrong-argument-count: printf("%d %d", 1)']],
    ['BEGIN { printf("%d", "x") }', ['error wrong-argument-type: printf("%d", "x")']],
    ['BEGIN { printf("%f", 1) }', ['error bad-format: printf("%f", 1)']],
    ['BEGIN { printf(pid) }', ['error bad-format: printf(pid)']],
    ['BEGIN { print(@z) }', ['error undefined-map: @z']],
    ['BEGIN { clear(@z); zero(1) }', ['error undefined-map: @z', 'error map-expected: 1']],
    ['BEGIN { print(1, 2) }', ['error wrong-argument-count: print(1, 2)']],
    ['BEGIN { @h[1] = hist(1); print(@h[1]) }', ['error wrong-argument-type: print(@h[1])']],
    ['BEGIN { $x = 1 / 0 }', ['error literal-overflow: 1 / 0']],
    ['BEGIN { $x = pid / 0 }', ['error division-by-zero: 0']],
    ['BEGIN { $x = pid + "a" }', ['error bad-operands: pid + "a"']],
    ['BEGIN { $x = comm < "a" }', ['error bad-operands: comm < "a"']],
    ['BEGIN { $x = pid > 1 ? 1 : "a" }', ['error branch-mismatch: pid > 1 ? 1 : "a"']],
    ['BEGIN { $x = (string) 3 }', ['error bad-cast: (string)']],
    ['BEGIN { $x = (nosuch_t) pid }', ['error unknown-type: nosuch_t']],
    ['BEGIN { $x = *comm }', ['error bad-dereference: *comm']],
    ['BEGIN { $x = (1, 2).5 }', ['error bad-tuple-index: (1, 2).5']],
    ['BEGIN { $x = pid.y }', ['error bad-field: pid.y']],
    ['BEGIN { if (comm) { } }', ['error bad-condition: (comm)']],
    ['BEGIN { unroll(101) { } }', ['error bad-unroll: unroll(101) { }']],
    ['BEGIN { unroll(pid) { } }', ['error bad-unroll: unroll(pid) { }']],
    ['BEGIN { break }', ['error jump-outside-loop: break']],
    ['BEGIN { if (1) { $a = 1 } print($a) }', ['error undeclared-variable: $a']],
    ['BEGIN { $a = 1; if (1) { let $a = 2 } }', ['error variable-shadowed: let $a']],
    ['BEGIN { let $a: uint8 = 300 }', ['error type-mismatch: let $a: uint8 = 300']],
    ['BEGIN { return comm }', ['error bad-return: comm']],
    [
      'BEGIN { @ = retval; @ = arg0; @ = args.x; @ = func }',
      ['error wrong-probe: retval', 'error wrong-probe: arg0', 'error wrong-probe: args', 'error wrong-probe: func'],
    ],
    ['BEGIN { @ = uaddr("x") }', ['error wrong-probe: uaddr("x")']],
    [`${U} { @ = uaddr("nosuch") }`, ['error no-such-symbol: "nosuch"']],
    [`${U} { @ = uaddr(comm) }`, ['error literal-expected: comm']],
    [`${U} { @ = arg6 }`, ['error no-such-argument: arg6']],
    ['uprobe:/frozen/native:nosuch { }', ['error no-such-probe: uprobe:/frozen/native:nosuch']],
    ['uprobe:/nosuch:f { }', ['error no-such-probe: uprobe:/nosuch:f']],
    ['uprobe:/frozen/native { }', ['error bad-attach-point: uprobe:/frozen/native']],
    ['t:sched:nosuch { }', ['error no-such-probe: t:sched:nosuch']],
    ['t:syscalls:sys_enter_openat { @ = args.nosuch }', ['error unknown-field: args.nosuch']],
    ['t:syscalls:sys_enter_openat { @ = args.common_type }', ['error common-field: args.common_type']],
    ['interval:s:0 { }', ['error bad-attach-point: interval:s:0']],
    ['interval:weeks:1 { }', ['error bad-attach-point: interval:weeks:1']],
    ['profile { }', ['error bad-attach-point: profile']],
    ['nosuch:x { }', ['error unknown-provider: nosuch:x']],
    ['config = { nosuch = 1 } BEGIN { }', ['error unknown-config-key: nosuch = 1']],
    ['config = { max_strlen = "x" } BEGIN { }', ['error bad-config-value: max_strlen = "x"']],
    ['BEGIN { print("a"; }', ['error syntax: ;']],
  ])('%s', (text, expected) => {
    expect(complaints(text)).toEqual(expected)
  })

  it('reports every mistake, errors first, each in order of place', () => {
    expect(complaints('BEGIN { pid; foo; @a = bar(); $y = $x }')).toEqual([
      'error unknown-identifier: foo',
      'error unknown-function: bar()',
      'error undeclared-variable: $x',
      'warning value-discarded: pid;',
    ])
  })

  it.each([
    ['BEGIN { exit(); print(1) }', ['warning unreachable: { exit(); print(1) }']],
    ['BEGIN { if (pid) { return } else { exit() } print(1); print(2) }', ['warning unreachable: print(1);']],
    ['BEGIN { if (pid) { return } print(1) }', []],
    [
      'BEGIN { @x[1] = 1; delete(@x, 1); $a = delete(@x, 2); _ = delete(@x, 3); @x++ }',
      ['error map-key-mismatch: @x', 'warning value-discarded: delete(@x, 1);'],
    ],
    ['BEGIN { $x = 7; $y = $x / (uint64)2; $z = (int16)-7 / (int32)2 }', ['warning signed-division: (int16)-7 / (int32)2']],
    ['config = { strlen = 10 } BEGIN { }', ['warning renamed-config-key: strlen = 10']],
    ['config = { symbol_source = dwarf } BEGIN { }', ['warning config-without-effect: symbol_source = dwarf']],
  ])('warns: %s', (text, expected) => {
    expect(complaints(text)).toEqual(expected)
  })

  it('refuses a pattern that would become too many programs', () => {
    const sites = Array.from({ length: 1100 }, (_, index) => makeSite(index))
    const many = { ...frozenTypeSource, findUprobeTarget: () => ({ ...MANY, sites }) }
    const codes = (text: string) => compile(text, { typeSource: many }).diagnostics.map((one) => one.code)
    expect(codes('uprobe:/many:* { print(probe) }')).toEqual(['too-many-programs'])
    expect(codes('uprobe:/many:* { print(func) }')).toEqual([])
  })

  it('complains once about a body that is compiled for many places', () => {
    expect(complaints('uprobe:/frozen/native:* { print(probe); foo }')).toEqual([
      'error unknown-identifier: foo',
      'warning site-refused: uprobe:/frozen/native:*',
    ])
  })
})

describe('what is not compiled yet', () => {
  it.each([
    ['BEGIN { $x = path(1) }', "the function 'path'"],
    ['kprobe:f { }', "the probe type 'kprobe'"],
  ])('%s', (text, feature) => {
    const [first] = compile(text).diagnostics
    expect(first).toMatchObject({ severity: 'error', code: 'not-supported-yet', message: `${feature} is not supported yet` })
  })
})

describe('objects', () => {
  it('makes one program for a pattern, with all its sites and their names', () => {
    const { object, probeCount } = compile('uprobe:/frozen/native:do_* { @[func] = count() }')
    expect(object?.programs.map((program) => program.attach.length)).toEqual([1])
    expect(object?.programs[0]?.attach[0]).toMatchObject({ kind: 'uprobe', path: '/frozen/native', return: false })
    expect([...(object?.sites.values() ?? [])]).toEqual(['do_work', 'do_more'])
    expect(probeCount).toBe(2)
  })

  it('makes a program per function when the body names its probe', () => {
    const { object } = compile('uprobe:/frozen/native:do_* { print(probe) }')
    expect(object?.programs).toHaveLength(2)
  })

  it('makes a program per file when the body takes an address in it', () => {
    const files = 'uprobe:/frozen/native:do_work, uprobe:/frozen/counter:main.main'
    expect(compile(`${files} { @++ }`).object?.programs).toHaveLength(2)
    expect(compile('uprobe:/frozen/native:do_work, uprobe:/frozen/native:do_more { @ = uaddr("counter") }').object?.programs).toHaveLength(
      1,
    )
  })

  it('copies a counter by one read and one store to its cell', () => {
    const programs: string[] = []
    const onFunction = (fn: IrFunction) => programs.push(printProgram(fn))
    compile('uprobe:/frozen/counter:main.doWork { @ = *uaddr("main.counter"); }', { onFunction })
    const body = programs[0]?.split('\n').filter((line) => /call|store|map_value|branch|atomic/.test(line)) ?? []
    expect(body.map((line) => line.replace(/%\d+/g, '%').trim())).toEqual([
      '%: i64 = call probe_read_user (%, i64 8, i64 5242880)',
      '%: ptr.map_value = map_value "@", 0',
      'store [% + 0], %',
      'store [% + 8], i8 1',
    ])
  })

  it('shares a program between tracepoints unless it reads their fields', () => {
    expect(compile('t:syscalls:* { @++ }').object?.programs).toHaveLength(1)
    expect(compile('t:syscalls:* { @ = args.__syscall_nr }').object?.programs).toHaveLength(2)
  })

  it('puts maps without key in arrays and the others in hashes', () => {
    const { object } = compile(
      'BEGIN { @a = 1; @b[1] = "x"; @c = count(); @d["k"] = avg(1); @e = hist(1); @f[pid] = lhist(1, 0, 10, 1); @s = "abc" }',
    )
    const maps = object?.maps.map(({ name, kind, keySize, valueSize, maxEntries, view }) => [
      name,
      kind,
      keySize,
      valueSize,
      maxEntries,
      view?.storage,
    ])
    expect(maps).toEqual([
      ['@a', 'array', 4, 8, 1, 'cell'],
      ['@b', 'hash', 1, 2, 4096, 'entries'],
      ['@c', 'percpu_array', 4, 16, 1, 'cell'],
      ['@d', 'percpu_hash', 2, 16, 4096, 'entries'],
      ['@e', 'percpu_array', 4, 8, 65, 'cell-buckets'],
      ['@f', 'percpu_hash', 16, 8, 4096, 'entries-buckets'],
      ['@s', 'array', 4, 8, 1, 'cell'],
      ['events', 'ringbuf', 0, 0, 64 * 1024, undefined],
      ['lost', 'array', 4, 16, 1, undefined],
    ])
  })

  it('takes the filters of the run in: process at the attach point, cgroup in a map', () => {
    const { object } = compile(`${U} { @++ } interval:s:1 { } profile:hz:9 { }`, { pid: 42, cgroupPath: '/sys/fs/cgroup/x' })
    expect(object?.programs.map((program) => 'pid' in (program.attach[0] ?? {}))).toEqual([true, false, true])
    expect(object?.maps.find((map) => map.name === 'cgroup')).toMatchObject({ kind: 'cgroup_array', cgroupPath: '/sys/fs/cgroup/x' })
  })

  it('reads the config block', () => {
    const { object, printMapsOnExit } = compile(
      `config = { max_map_keys = 7; BPFTRACE_MAX_STRLEN = 8; print_maps_on_exit = false } ${U} { @[1] = str(arg0) }`,
    )
    expect(object?.maps[0]).toMatchObject({ maxEntries: 7, valueSize: 8 })
    expect(printMapsOnExit).toBe(false)
  })

  it('takes missing probes as the configuration says', () => {
    const script = (missing: string) => `config = { missing_probes = ${missing} } uprobe:/frozen/native:nosuch, ${U} { }`
    expect(compile(script('error')).diagnostics).toMatchObject([{ severity: 'error' }])
    expect(compile(script('warn')).diagnostics).toMatchObject([{ severity: 'warning' }])
    expect(compile(script('ignore')).diagnostics).toEqual([])
  })

  it('says whether there is anything to wait for', () => {
    expect(compile('BEGIN { } END { }').endsByItself).toBe(true)
    expect(compile('BEGIN { } interval:s:1 { }').endsByItself).toBe(false)
  })

  it('substitutes positional parameters', () => {
    const { object, diagnostics } = compile('uprobe:$1:do_work { printf("%d %s %d %s", $2, str($3), $#, str($4)) }', {
      parameters: ['/frozen/native', '0x10', 'x y'],
    })
    expect(object?.records[0]?.layout.fields.map((field) => field.type)).toEqual([
      { kind: 'int', size: 1, signed: true },
      { kind: 'string', size: 4 },
      { kind: 'int', size: 1, signed: true },
      { kind: 'string', size: 1 },
    ])
    expect(diagnostics).toEqual([])
  })
})

describe('the ring buffer is as large as the programs may need', () => {
  const KIB = 1024
  it.each<[name: string, script: string, size: number]>([
    ['nothing is sent', 'uprobe:/frozen/native:do_work { @ = count(); } BEGIN { exit(); }', 64 * KIB],
    ['once, at the end', 'uprobe:/frozen/native:do_work { @ = count(); } END { print(@); }', 64 * KIB],
    ['once, and much', `config = { max_strlen = 1000 } BEGIN { ${'printf("%s", str(nsecs)); '.repeat(60)} }`, 64 * KIB],
    ['once, and more', `config = { max_strlen = 1000 } BEGIN { ${'printf("%s", str(nsecs)); '.repeat(70)} }`, 128 * KIB],
    ['again and again', 'BEGIN { while (@ < 9) { @++; printf("%d", @); } }', 4096 * KIB],
    ['by a timer', 'interval:ms:10 { printf("x"); }', 64 * KIB],
    ['by a fast timer', 'interval:us:10 { printf("x"); }', 2048 * KIB],
    ['by a function', 'uprobe:/frozen/native:do_work { printf("x"); }', 4096 * KIB],
  ])('%s', (_name, script, size) => {
    expect(compile(script).object?.maps.find((map) => map.name === 'events')?.maxEntries).toBe(size)
  })
})
