#include "bpf.h"

MAP(counts, PERCPU_HASH, 8, 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 zero = 0, left = ctx->cx, node = ctx->si, links = 0;
  while (left > 0 && node != 0 && links < 64) {
    u64 next;
    bpf_probe_read_user(&next, sizeof(next), (void *)node);
    node = next;
    left--;
    links++;
  }
  u64 *count = LOOKUP_OR_INIT(counts, &links, &zero);
  if (count) __sync_fetch_and_add(count, 1);
  return 0;
}
