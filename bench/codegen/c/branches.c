#include "bpf.h"

u64 root, bench, large, odd, other;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  char comm[16];
  if ((u32)bpf_get_current_uid_gid() == 0) {
    __sync_fetch_and_add(&root, 1);
    return 0;
  }
  bpf_get_current_comm(comm, sizeof(comm));
  if (__builtin_memcmp(comm, "bench", 6) == 0) __sync_fetch_and_add(&bench, 1);
  else if (ctx->di > 100 && ctx->cx != 7) __sync_fetch_and_add(&large, 1);
  else if (ctx->di == 1 || ctx->di == 3) __sync_fetch_and_add(&odd, 1);
  else __sync_fetch_and_add(&other, 1);
  return 0;
}
