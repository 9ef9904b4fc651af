#include "bpf.h"

struct key {
  u64 kernel, user;
};
MAP(stacks, STACK_TRACE, 4, 127 * 8, 1024);
MAP(counts, PERCPU_HASH, sizeof(struct key), 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 zero = 0;
  struct key key;
  key.kernel = bpf_get_stackid(ctx, &stacks, 0);
  key.user = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
  u64 *count = LOOKUP_OR_INIT(counts, &key, &zero);
  if (count) __sync_fetch_and_add(count, 1);
  return 0;
}
