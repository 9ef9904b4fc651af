#include <stdio.h>
#include <stdlib.h>
#include <string.h>
enum colour { RED = -1, GREEN = 5 };
struct point { int x, y; };
struct flags { unsigned a : 3; signed b : 5; unsigned long c : 40; };
struct __attribute__((packed)) wide { unsigned long low : 4; long high : 62; unsigned long rest : 6; };
union number { long integer; double real; };
struct node { const char *name; struct node *next; struct point at; struct flags flags; enum colour colour; union number number; int values[4]; struct { char inner; }; double real; _Bool yes; };
typedef struct node node_t;
static __attribute__((noinline)) long small(int a, char b, short c, unsigned long d) { return a + b + c + (long)d; }
__attribute__((noinline)) long many(int a, double f, struct point p, struct node *n, long e, char g, long h, struct node big) { return a + (long)f + p.x + p.y + n->at.x + e + g + h + big.at.y; }
__attribute__((noinline)) long unused(int a, int b, int c) { return b; }
__attribute__((noinline)) long wide(struct wide *w, struct wide v) { return w->high < 0 ? v.low : 0; }
static inline __attribute__((always_inline)) long inlined(long v) { long w = v * 3; return w ^ (w >> 3); }
__attribute__((noinline)) long caller(const node_t *node, size_t count) { long t = 0; for (size_t i = 0; i < count; i++) t += inlined(node->at.x + i) + inlined(i); return t; }
int main(int argc, char **argv) {
  struct node n = { .name = "first", .at = { 3, 4 }, .flags = { 5, -3, 1UL << 33 }, .colour = GREEN, .values = { 1, 2, 3, 4 }, .inner = 'q', .real = 2.5, .yes = 1 };
  struct node m = { .name = "second", .next = &n };
  struct wide w = { 9, -(1L << 60) - 5, 33 };
  volatile long t = 0;
  for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++) {
    t += small(i, 'b', -7, 1UL << 40) + many(i, 1.5, (struct point){ 10, -20 }, &n, 5, 'g', 7, m) + unused(1, 2, 3) + caller(&n, 3) + wide(&w, w);
  }
  printf("%ld\n", t);
}
