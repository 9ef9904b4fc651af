#include "bpf.h"

struct key {
  u64 kind, bucket;
};
MAP(buckets, PERCPU_HASH, sizeof(struct key), 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 zero = 0;
  struct key key = {ctx->cx, hist_bucket(ctx->di)};
  u64 *count = LOOKUP_OR_INIT(buckets, &key, &zero);
  if (count) __sync_fetch_and_add(count, 1);
  return 0;
}
