#include "bpf.h"

u64 hits;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  char text[64] __attribute__((aligned(8)));
  read_text(text, ctx->si);
  if (__builtin_memcmp(text, "needle in a haystack", 21) == 0) __sync_fetch_and_add(&hits, 1);
  return 0;
}
