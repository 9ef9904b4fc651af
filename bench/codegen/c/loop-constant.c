#include "bpf.h"

u64 total;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 sum = 0;
  for (int i = 0; i < 8; i++) {
    u64 word;
    bpf_probe_read_user(&word, sizeof(word), (void *)(ctx->si + i * 8));
    sum += word;
  }
  total = sum;
  return 0;
}
