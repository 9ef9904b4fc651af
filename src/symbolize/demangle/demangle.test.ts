import { describe, expect, it } from 'vitest'
import { demangle } from './demangle.ts'
import { wasmDemangle } from './wasm-demangle.ts'

describe('names of C++ are those of c++filt and bpftrace', () => {
  it.each([
    ['_ZN2ns1fEi', 'ns::f(int)'],
    ['_ZN2ns1SC1Ev', 'ns::S::S()'],
    ['_ZN2ns4tmplIiEET_S1_', 'int ns::tmpl<int>(int)'],
    ['_ZN2ns3numILj8EEEiv', 'int ns::num<8u>()'],
    ['_ZN2ns1gB5cxx11Ej', 'ns::g[abi:cxx11](unsigned int)'],
    ['_ZN2ns2osERSo', 'ns::os(std::ostream&)'],
    [
      '_ZN2ns1S1mERKSt6vectorISt4pairIiiESaIS3_EE',
      'ns::S::m(std::vector<std::pair<int, int>, std::allocator<std::pair<int, int> > > const&)',
    ],
    ['_ZN2ns1fEi.constprop.0.cold', 'ns::f(int) [clone .constprop.0] [clone .cold]'],
    ['_ZGVZN2ns1fEiE1x', 'guard variable for ns::f(int)::x'],
  ])('%s', (symbol, name) => expect(demangle(symbol)).toBe(name))
})

describe('names of Rust are without the hash', () => {
  it.each([
    ['_ZN4core3fmt9Formatter3pad17h0123456789abcdefE', 'core::fmt::Formatter::pad'],
    ['_ZN4core3fmt9Formatter3pad17h0123456789abcdefE.llvm.123', 'core::fmt::Formatter::pad'],
    ['_ZN45_$LT$Test$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE', '<Test as foo::Bar<Test>>::bar'],
    ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
    ['_RINvNtC3std3mem8align_ofjdE', 'std::mem::align_of::<usize, f64>'],
  ])('%s', (symbol, name) => expect(demangle(symbol)).toBe(name))
})

describe('what is not mangled stays', () => {
  it.each(['main', 'main.(*T).Get', '_start', '_Z', '_ZN', '_R', '_RESTORE', '_Zzz', ''])('%j', (symbol) =>
    expect(demangle(symbol)).toBe(symbol),
  )
})

it('C++ has names where the C++ library is not to be had', () => {
  expect(wasmDemangle('_ZN2ns1fEPKc')).toBe('ns::f(char const*)')
  expect(wasmDemangle('_ZN2ns1fEi.part.0')).toBe('ns::f(int) [clone .part.0]')
  expect(wasmDemangle('_Zzz')).toBeUndefined()
})

it('deep nesting is refused or answered, and what comes next is right', () => {
  const deep = `_Z1f${'P'.repeat(100_000)}i`
  expect([deep, wasmDemangle(deep) ?? deep]).toContain(demangle(deep))
  expect(demangle(`_Z1f${'P'.repeat(9000)}v`)).toMatch(/^(f\(|_Z1f)/)
  expect(demangle('_RNvCs1234_7mycrate4next')).toBe('mycrate::next')
})
