#include "bpf.h"

struct key {
  u32 pid;
  char comm[16];
  u64 kind;
};
MAP(sums, PERCPU_HASH, sizeof(struct key), 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 zero = 0;
  struct key key;
  __builtin_memset(&key, 0, sizeof(key));
  key.pid = bpf_get_current_pid_tgid() >> 32;
  bpf_get_current_comm(key.comm, sizeof(key.comm));
  key.kind = ctx->cx;
  u64 *sum = LOOKUP_OR_INIT(sums, &key, &zero);
  if (sum) __sync_fetch_and_add(sum, ctx->di);
  return 0;
}
