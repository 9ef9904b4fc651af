#include "bpf.h"

MAP(counts, PERCPU_HASH, 64, 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 zero = 0;
  char key[64] __attribute__((aligned(8)));
  read_text(key, ctx->si);
  u64 *count = LOOKUP_OR_INIT(counts, key, &zero);
  if (count) __sync_fetch_and_add(count, 1);
  return 0;
}
