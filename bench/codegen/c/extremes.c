#include "bpf.h"

// Values are kept against interrupts by other programs on the same CPU, as ours are: by compare-and-exchange, four tries.
struct extreme {
  u64 value, is_set;
};
struct mean {
  u64 total, count;
};
MAP(lowest, PERCPU_ARRAY, 4, sizeof(struct extreme), 1);
MAP(highest, PERCPU_ARRAY, 4, sizeof(struct extreme), 1);
MAP(mean, PERCPU_ARRAY, 4, sizeof(struct mean), 1);

#define KEEP(entry, candidate, better)                                                \
  ({                                                                                  \
    if (!entry->is_set) {                                                             \
      __sync_val_compare_and_swap(&entry->value, 0, candidate);                       \
      entry->is_set = 1;                                                              \
    }                                                                                 \
    for (int i = 0; i < 4; i++) {                                                     \
      u64 old = *(volatile u64 *)&entry->value;                                       \
      if (!(candidate better old)) break;                                             \
      if (__sync_val_compare_and_swap(&entry->value, old, candidate) == old) break;   \
    }                                                                                 \
  })

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u32 index = 0;
  u64 value = ctx->di;
  struct extreme *low = bpf_map_lookup_elem(&lowest, &index);
  if (low) KEEP(low, value, <);
  struct extreme *high = bpf_map_lookup_elem(&highest, &index);
  if (high) KEEP(high, value, >);
  struct mean *both = bpf_map_lookup_elem(&mean, &index);
  if (both) {
    __sync_fetch_and_add(&both->total, value);
    __sync_fetch_and_add(&both->count, 1);
  }
  return 0;
}
