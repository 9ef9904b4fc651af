#include "bpf.h"

u64 largest;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 most = 0;
  for (int i = 0; i < 4; i++) {
    u64 word;
    bpf_probe_read_user(&word, sizeof(word), (void *)(ctx->si + i * 8));
    if (word > most) most = word;
  }
  largest = most;
  return 0;
}
