import { describe, expect, it } from 'vitest'
import { virtualOffset } from '../../base/address.ts'
import { matchDemangled } from '../demangled-match.ts'
import { FunctionList } from '../function-list.ts'
import { demangle } from './demangle.ts'
import { formsOf, normalName } from './demangled-name.ts'

it.each([
  ['ns::f(int)', ['ns::f(int)', 'ns::f']],
  ['ns::S::get() const', ['ns::S::get()const', 'ns::S::get']],
  ['int ns::tmpl<int>(int)', ['int ns::tmpl<int>(int)', 'int ns::tmpl<int>', 'ns::tmpl<int>(int)', 'ns::tmpl<int>']],
  [
    'void f<int (*)(char)>(int (*)(char))',
    ['void f<int(*)(char)>(int(*)(char))', 'void f<int(*)(char)>', 'f<int(*)(char)>(int(*)(char))', 'f<int(*)(char)>'],
  ],
  ['(anonymous namespace)::f(int)', ['(anonymous namespace)::f(int)', '(anonymous namespace)::f']],
  ['operator new(unsigned long)', ['operator new(unsigned long)', 'operator new']],
  ['ns::f(int) [clone .constprop.0]', ['ns::f(int)', 'ns::f']],
  ['<r::P as r::Go>::go', ['<r::P as r::Go>::go']],
  ['r::outer::<u32>', ['r::outer::<u32>']],
])('%s may be written', (name, forms) => expect(formsOf(name)).toEqual(forms))

it.each([
  ['ns::f( const char *, int )', 'ns::f(char const*, int)'],
  ['f(const unsigned int &)', 'f(unsigned int const&)'],
  ['f(std::string)', 'f(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >)'],
  ['std::vector<std::pair<int,int>>', 'std::vector<std::pair<int, int> >'],
])('%s is %s', (one, other) => expect(normalName(one)).toBe(normalName(other)))

describe('what a name selects', () => {
  const SYMBOLS = [
    'main',
    '_ZN2ns1fEi',
    '_ZN2ns1fEPKc',
    '_ZN2ns1fEPKci',
    '_ZN2ns1fEi.cold',
    '_ZN2ns4tmplIiEET_S1_',
    '_ZN2ns4tmplIdEET_S1_',
    '_ZN2ns1SC1Ev',
    '_ZN2ns1SC2Ev',
    '_ZN1r4tick17h2937e7f369dbee9dE',
    '_ZN2nsplERKNS_1SES2_',
    'runtime.main',
  ]
  const functions = new FunctionList(SYMBOLS.map((name, index) => ({ name, address: virtualOffset(BigInt(index * 16)), size: 16 })))
  const found = (pattern: string) => matchDemangled(functions, pattern).functions.map(({ name }) => demangle(name))
  it.each([
    ['ns::f(int)', ['ns::f(int)']],
    ['ns::f', ['ns::f(int)', 'ns::f(char const*)', 'ns::f(char const*, int)']],
    ['ns::f(const char*)', ['ns::f(char const*)']],
    ['ns::f(char*)', ['ns::f(char const*)', 'ns::f(char const*, int)']],
    ['ns::tmpl<int>', ['int ns::tmpl<int>(int)']],
    ['int ns::tmpl<int>(int)', ['int ns::tmpl<int>(int)']],
    ['ns::tmpl*', ['int ns::tmpl<int>(int)', 'double ns::tmpl<double>(double)']],
    ['*tmpl*', ['int ns::tmpl<int>(int)', 'double ns::tmpl<double>(double)']],
    ['ns::S::S', ['ns::S::S()', 'ns::S::S()']],
    ['r::tick', ['r::tick']],
    ['ns::operator+', ['ns::operator+(ns::S const&, ns::S const&)']],
    ['ns::nope', []],
    ['main', ['main']],
    ['_ZN2ns1fEi', ['ns::f(int)']],
    ['runtime*', []],
  ])('%s', (pattern, names) => expect(found(pattern)).toEqual(names))
})
