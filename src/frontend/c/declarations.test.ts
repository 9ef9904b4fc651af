import { describe, expect, it } from 'vitest'
import { nameOf } from '../../spec/types/type.ts'
import { parseDeclarations } from './declarations.ts'
import { type Header, Preprocessor } from './preprocessor.ts'

function declare(text: string, headers: Readonly<Record<string, string>> = {}) {
  const find = (name: string): Header | undefined => (headers[name] === undefined ? undefined : { path: name, text: headers[name] })
  return parseDeclarations(new Preprocessor(find).process(text, 0))
}

/** Members as `name type @offset`, bit fields as `name type @offset.bit:size`; and the size. */
function membersOf(text: string, name: string): string {
  const record = declare(text).records.get(name)
  const members = (record?.members ?? []).map(({ name: member, type, offset, bits }) => {
    const shown = typeof type === 'string' ? type : nameOf(type)
    return `${member} ${shown} @${offset}${bits === undefined ? '' : `.${bits.offset}:${bits.size}`}`
  })
  return [...members, `size ${record?.type.size}`].join('; ')
}

describe('layouts', () => {
  it.each([
    ['struct s { char a; int b; short c; long d; };', 'a int8 @0; b int32 @4; c int16 @8; d int64 @16; size 24'],
    ['struct s { char name[6]; int m[2][3]; };', 'name string[6] @0; m int32[3][2] @8; size 32'],
    ['struct s { char a; int b; } __attribute__((packed));', 'a int8 @0; b int32 @1; size 5'],
    ['struct __attribute__((packed, aligned(4))) s { char a; int b; };', 'a int8 @0; b int32 @1; size 8'],
    [
      'struct s { struct s *next; void *p; const char *t; int (*f)(int, char); };',
      'next struct s * @0; p void * @8; t int8 * @16; f void * @24; size 32',
    ],
    ['struct s { unsigned a:3, b:5; unsigned c:25; char d; };', 'a uint32 @0.0:3; b uint32 @0.3:5; c uint32 @4.0:25; d int8 @8; size 12'],
    ['struct s { char a; int b:4; int :0; int c:2; };', 'a int8 @0; b int32 @1.0:4; c int32 @4.0:2; size 8'],
    ['struct s { union { int i; long l; }; struct { char a, b; } in; };', 'i int32 @0; l int64 @0; in struct anonymous at 1 @8; size 16'],
    ['struct i { short x; }; struct s { struct i a[3], *p; };', 'a struct i[3] @0; p struct i * @8; size 16'],
    ['enum e { A, B = 7, C }; struct s { enum e e; enum { X = -1 } f; };', 'e enum e @0; f enum anonymous at 0 @4; size 8'],
    [
      'typedef unsigned long long u_t; typedef struct { int x; } st; struct s { u_t a; st b; };',
      'a uint64 @0; b struct anonymous at 0 @8; size 16',
    ],
    [
      'struct s { double d; float f; _Bool b; __int128 w; };',
      'd it is a number with a fraction, which BPF cannot compute with @0; f it is a number with a fraction, which BPF cannot compute with @8; b uint8 @12; w it is a number of 128 bits @16; size 32',
    ],
    ['struct s { int a[sizeof(long) * 2 + (1 << 2)]; int end[]; };', 'a int32[20] @0; end int32[0] @80; size 80'],
    [
      'struct s { __u32 a; const volatile unsigned int b; int *const *pp; long int unsigned c; };',
      'a uint32 @0; b uint32 @4; pp int32 * * @8; c uint64 @16; size 24',
    ],
    [
      'struct s { char a; int b __attribute__((packed)); short c __attribute__((aligned(8))); };',
      'a int8 @0; b int32 @1; c int16 @8; size 16',
    ],
    ['struct s { char a; union { char b; int i; } __attribute__((packed)) u; };', 'a int8 @0; u union anonymous at 0 @1; size 5'],
    ['typedef int wide __attribute__((aligned(16))); struct s { char a; wide b; };', 'a int8 @0; b int32 @16; size 32'],
  ])('%s', (text, expected) => {
    expect(membersOf(text, 'struct s')).toBe(expected)
  })
  it('of unions', () => {
    expect(membersOf('union u { char a[5]; short b; }', 'union u')).toBe('a string[5] @0; b int16 @0; size 6')
  })
})

describe('what headers have besides', () => {
  it('is passed over', () => {
    const text = `extern int f(const char *name, ...); static inline int g(int x) { return x + 1; }
      extern struct s table[4]; int v = 3, w[2] = { 1, 2 }; _Static_assert(sizeof(int) == 4, "int");
      struct s { int x; }; typedef int (*handler_t)(struct s *);`
    expect([...declare(text).records.keys()]).toEqual(['struct s'])
    expect([...declare(text).typedefs.keys()]).toEqual(['handler_t'])
  })
})

describe('the preprocessor', () => {
  it.each([
    ['#define N 4\nstruct s { int a[N]; };', 'a int32[4] @0; size 16'],
    ['#define F(a, b) ((a) * (b))\nstruct s { int a[F(2, 3)]; };', 'a int32[6] @0; size 24'],
    ['#define FIELD(t, n) t field_##n\nstruct s { FIELD(int, x); };', 'field_x int32 @0; size 4'],
    [
      '#ifdef X\nstruct s { int a; };\n#elif defined(Y) || 1\nstruct s { int b; };\n#else\nstruct s { int c; };\n#endif',
      'b int32 @0; size 4',
    ],
    ['#define X 1\n#if X && !defined Y\nstruct s { int a; };\n#endif\n#undef X\n#ifdef X\nbroken(\n#endif', 'a int32 @0; size 4'],
    ['#if __has_include(<x.h>)\nbroken\n#endif\nstruct s { /* a\n comment */ int a; // another\n };', 'a int32 @0; size 4'],
    ['#if 1 || __has_include(<x.h>)\nstruct s { int a; };\n#endif', 'a int32 @0; size 4'],
    ['#if UNKNOWN(1, (2)) + 1\nstruct s { int a; };\n#endif', 'a int32 @0; size 4'],
    ['#if 0\n  # if 1\n  broken(\n  # endif\n#else\nstruct s { int a; };\n#endif', 'a int32 @0; size 4'],
    ['#define LONG int \\\n  a\nstruct s { LONG; };', 'a int32 @0; size 4'],
  ])('%s', (text, expected) => {
    expect(membersOf(text, 'struct s')).toBe(expected)
  })
  it('reads headers, each once where it says so', () => {
    const headers = {
      'a.h': '#pragma once\n#include "b.h"\nstruct a { struct b b; };',
      'b.h': '#ifndef B\n#define B\nstruct b { int x; };\n#endif',
    }
    const { records } = declare('#include "a.h"\n#include <b.h>\n#include <a.h>\n', headers)
    expect([...records.keys()]).toEqual(['struct b', 'struct a'])
  })
  it.each([
    ['#include <none.h>', "'none.h' file not found"],
    ['#if 1\nint x;', "'#if' without '#endif'"],
    ['#endif', "'#endif' without '#if'"],
    ['#error no', '#error no'],
    ['struct s { foo_t x; };', "unknown type name, found 'foo_t'"],
    ['struct s { struct t x; };', "'x' is of type 'struct t', which is not defined"],
    ['struct s { int x; }; struct s { int x; };', "redefinition of 'struct s', found '{'"],
    ['struct s { int x[-1]; };', 'an array cannot have -1 elements'],
    ['struct s { int x }', "expected ';', found '}'"],
  ])('%s', (text, message) => {
    expect(() => declare(text)).toThrow(message)
  })
})
