#include "bpf.h"

MAP(buckets, PERCPU_ARRAY, 4, 8, 102);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  s64 value = ctx->di;
  u32 bucket = value < 0 ? 0 : value > 1000 ? 101 : (u64)value / 10 + 1;
  u64 *count = bpf_map_lookup_elem(&buckets, &bucket);
  if (count) __sync_fetch_and_add(count, 1);
  return 0;
}
