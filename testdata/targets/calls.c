/*
 * The target of the cases in testdata/cases: it calls functions whose arguments, results and numbers of calls are known.
 * Without an argument it does one round and ends; with one it does a round every few milliseconds until it is killed.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

#define PROBED __attribute__((noinline, noclone))

volatile unsigned long total;
volatile unsigned char small = 200;
static const char *names[] = {"ada", "brian", "", "a name that is longer than thirty-two characters"};

/* Called 3 times a round: (1, -1), (2, -2), (3, -3). */
PROBED int add(int a, int b) { total += a; return a * 10 + b; }
/* Once a round with every name. */
PROBED const char *greet(const char *name) { total++; return name; }
/* Once a round; six arguments are all that registers hold. */
PROBED long six(long a, long b, long c, long d, long e, long f) { return a + b + c + d + e + f; }
/* 1, 2 and 3 times a round. */
PROBED void step_one(void) { __asm__ volatile(""); }
PROBED void step_two(void) { __asm__ volatile(""); }
PROBED void step_three(void) { __asm__ volatile(""); }
/* 2 times a round: -1, and the largest number that has no sign. */
PROBED long negative(void) { return -1; }
PROBED unsigned char narrow(unsigned long n) { return n; }
/* 5 + 4 + 3 + 2 + 1 + 0: six calls, each within the one before. */
PROBED int depth(int n) { return n == 0 ? 0 : n + depth(n - 1); }

PROBED void round_of_calls(void) {
  for (int i = 1; i <= 3; i++) add(i, -i);
  for (int i = 0; i < 4; i++) greet(names[i]);
  six(1, 22, 333, 4444, 55555, 666666);
  step_one();
  for (int i = 0; i < 2; i++) step_two();
  for (int i = 0; i < 3; i++) step_three();
  negative();
  narrow(0x1ff);
  depth(5);
  for (int i = 0; i < 4; i++) syscall(SYS_getppid);
}

int main(int argc, char **argv) {
  (void)argv;
  do {
    round_of_calls();
    if (argc > 1) nanosleep(&(struct timespec){.tv_nsec = 5000000}, 0);
  } while (argc > 1);
  return 0;
}
