#include "bpf.h"

MAP(buckets, PERCPU_ARRAY, 4, 8, 65);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u32 bucket = hist_bucket(ctx->di);
  u64 *count = bpf_map_lookup_elem(&buckets, &bucket);
  if (count) __sync_fetch_and_add(count, 1);
  return 0;
}
