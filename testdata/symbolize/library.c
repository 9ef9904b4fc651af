/* A library with the kinds of symbol that matter: functions, an alias, data, .bss, thread-local, an indirect function. */
int initialised = 7;
long zeroed[4];
__thread int each_thread;

__attribute__((noinline)) int work(int n) { return n * initialised; }
int alias(int n) __attribute__((alias("work")));
static __attribute__((noinline, used)) int hidden(int n) { return work(n) + each_thread; }

static int (*resolve(void))(int) { return work; }
int indirect(int n) __attribute__((ifunc("resolve")));

__attribute__((naked, noinline)) void locked(void) { __asm__("lock incq (%rsp); lock decq (%rsp); ret"); }
__attribute__((naked, noinline)) void padded(void) { __asm__("nop; .byte 0x0f, 0x1f, 0x44, 0, 0; ret"); }
