#include "bpf.h"

MAP(owner, HASH, 8, 4, 4096);
MAP(bytes, HASH, 8, 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 kind = ctx->cx, number = ctx->di, size = ctx->dx;
  u32 tid = bpf_get_current_pid_tgid();
  bpf_map_update_elem(&owner, &kind, &tid, BPF_ANY);
  u32 *found = bpf_map_lookup_elem(&owner, &number);
  u64 key = found ? *found : 0;
  u64 *total = bpf_map_lookup_elem(&bytes, &key);
  if (!total) {
    if (bpf_map_update_elem(&bytes, &key, &size, BPF_NOEXIST) == 0) return 0;
    total = bpf_map_lookup_elem(&bytes, &key);
  }
  if (total) __sync_fetch_and_add(total, size);
  return 0;
}
