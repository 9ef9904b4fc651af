#include "bpf.h"

// Instruction set v3 has no signed division: signs are taken off and put back by hand.
s32 quotient;

static always_inline s64 divide(s64 a, s64 b) {
  u64 q = (u64)(a < 0 ? -a : a) / (u64)(b < 0 ? -b : b);
  return (a < 0) != (b < 0) ? -q : q;
}
static always_inline s64 modulo(s64 a, s64 b) {
  u64 r = (u64)(a < 0 ? -a : a) % (u64)b;
  return a < 0 ? -r : r;
}

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  s64 number = (s32)ctx->di, small = (s32)ctx->dx;
  if (small == 0) return 0;
  quotient = divide(number * 3, small) + modulo(number, 10);
  return 0;
}
