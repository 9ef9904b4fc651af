// What the C programs need of the kernel's headers: helpers by number, map types, the context of a uprobe on x86-64.
// Numbers and layouts are ABI: include/uapi/linux/bpf.h, arch/x86/include/asm/ptrace.h.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

#define SEC(name) __attribute__((section(name), used))
#define always_inline inline __attribute__((always_inline))

enum { HASH = 1, ARRAY = 2, PERCPU_HASH = 5, PERCPU_ARRAY = 6, STACK_TRACE = 7, RINGBUF = 27 };
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_RB_NO_WAKEUP = 1, BPF_F_USER_STACK = 256 };

struct bpf_map_def {
  u32 type, key_size, value_size, max_entries, map_flags;
};
#define MAP(name, type, key, value, entries) struct bpf_map_def SEC("maps") name = {type, key, value, entries, 0}
#define EVENTS struct bpf_map_def SEC("maps") events = {RINGBUF, 0, 0, 1 << 23, 0}

struct pt_regs {
  u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*bpf_map_update_elem)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static long (*bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static u64 (*bpf_ktime_get_ns)(void) = (void *)5;
static u64 (*bpf_get_current_pid_tgid)(void) = (void *)14;
static u64 (*bpf_get_current_uid_gid)(void) = (void *)15;
static long (*bpf_get_current_comm)(void *buffer, u32 size) = (void *)16;
static long (*bpf_get_stackid)(void *context, void *map, u64 flags) = (void *)27;
static long (*bpf_probe_read_user)(void *target, u32 size, const void *source) = (void *)112;
static long (*bpf_probe_read_user_str)(void *target, u32 size, const void *source) = (void *)114;
static void *(*bpf_ringbuf_reserve)(void *ringbuf, u64 size, u64 flags) = (void *)131;
static void (*bpf_ringbuf_submit)(void *record, u64 flags) = (void *)132;
static u64 (*bpf_ktime_get_boot_ns)(void) = (void *)125;

char gpl[] SEC("license") = "GPL";

// The entry of a key, made of zeros when it is not there; null when the map is full.
#define LOOKUP_OR_INIT(map, key, zeros)                              \
  ({                                                                 \
    void *found = bpf_map_lookup_elem(&(map), (key));                \
    if (!found) {                                                    \
      bpf_map_update_elem(&(map), (key), (zeros), BPF_NOEXIST);      \
      found = bpf_map_lookup_elem(&(map), (key));                    \
    }                                                                \
    found;                                                           \
  })

// The position of the highest bit, as BCC and libbpf-tools work it out.
static always_inline u64 log2_32(u32 v) {
  u32 shift, r;
  r = (v > 0xffff) << 4; v >>= r;
  shift = (v > 0xff) << 3; v >>= shift; r |= shift;
  shift = (v > 0xf) << 2; v >>= shift; r |= shift;
  shift = (v > 0x3) << 1; v >>= shift; r |= shift;
  r |= (v >> 1);
  return r;
}
static always_inline u64 log2_64(u64 v) {
  u32 high = v >> 32;
  return high ? log2_32(high) + 32 : log2_32(v);
}
// bpftrace's buckets: negative numbers, 0, 1, 2 to 3, 4 to 7, ...
static always_inline u64 hist_bucket(s64 v) {
  if (v < 0) return 0;
  if (v == 0) return 1;
  return log2_64(v) + 2;
}

// Text at a user address in a buffer of 64 bytes, zeros behind it. As bpftrace has it, a text that fills the buffer has no NUL.
static always_inline void read_text(char buffer[64], u64 address) {
  __builtin_memset(buffer, 0, 64);
  if (bpf_probe_read_user_str(buffer, 64, (void *)address) == 64) bpf_probe_read_user(buffer + 63, 1, (void *)(address + 63));
}
