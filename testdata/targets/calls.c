/*
 * The target of the cases in testdata/cases: it calls functions whose arguments, results and numbers of calls are known.
 * Without an argument it does one round and ends; with one it does a round every few milliseconds, for a minute or until it is killed.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

#define PROBED __attribute__((noinline, noclone))
/* An empty statement that the compiler must not move or leave out, and with it the call of the function that holds it. */
#define KEPT __asm__ volatile("")

volatile unsigned long total;
volatile unsigned char small = 200;
static volatile unsigned touched;
static const char *names[] = {"ada", "brian", "", "a name that is longer than thirty-two characters"};

/* Called 3 times a round: (1, -1), (2, -2), (3, -3). */
PROBED int add(int a, int b) { total += a; return a * 10 + b; }
/* Once a round with every name. */
PROBED const char *greet(const char *name) { total++; return name; }
/* Once a round; six arguments are all that registers hold. */
PROBED long six(long a, long b, long c, long d, long e, long f) { KEPT; return a + b + c + d + e + f; }
/* 1, 2 and 3 times a round. */
PROBED void step_one(void) { total++; }
PROBED void step_two(void) { total++; }
PROBED void step_three(void) { total++; }
/* Once a round. */
PROBED long negative(void) { KEPT; return -1; }
/* Once a round: 0x1ff becomes 0xff. */
PROBED unsigned char narrow(unsigned long n) { KEPT; return n; }
/* 5 + 4 + 3 + 2 + 1 + 0: six calls, each within the one before. */
PROBED int depth(int n) { KEPT; return n == 0 ? 0 : n + depth(n - 1); }

struct point { int x; char tag; };
enum colour { RED, GREEN = 5, BLUE };
struct shape {
  int id;
  unsigned char kind;
  struct point at;
  int sizes[4];
  char name[8];
  struct shape *next;
  unsigned low : 3, high : 5;
  int below : 4;
  union { int word; long both; };
  struct { int inner; } named;
  enum colour colour;
  int table[2][3];
  void *nowhere;
  _Bool flag;
  long far;
  struct point corners[2];
};
static struct point origin = {7, 'o'};
static struct shape second = {.id = 2, .name = "second"};
static struct shape first = {1, 200, {3, 'c'}, {10, 20, 30, 40}, "hello", &second, 5, 17, -3, {.both = 0x100000063}, {77}, GREEN,
                             {{1, 2, 3}, {4, 5, 6}}, (void *)0x1234, 1, -5, {{1, 'a'}, {2, 'b'}}};
static int numbers[4] = {100, -200, 300, -400};
static const short *shorts[2] = {(const short[]){1, -2, 3}, (const short[]){-4, 5}};

/* Once a round, each with a struct, and what lies around in memory. */
PROBED int draw(struct shape *shape, int *sizes, struct point *at, enum colour colour) { total += shape->id; return sizes[0] + at->x + colour; }
PROBED short pick(const short **rows, unsigned long bits) { total += bits; return rows[0][1]; }

PROBED void round_of_calls(void) {
  for (int i = 1; i <= 3; i++) add(i, -i);
  for (int i = 0; i < 4; i++) greet(names[i]);
  six(1, 22, 333, 4444, 55555, 666666);
  step_one();
  for (int i = 0; i < 2; i++) step_two();
  for (int i = 0; i < 3; i++) step_three();
  negative();
  narrow(0x1ff);
  draw(&first, numbers, &origin, BLUE);
  pick(shorts, 0x0807060504030201);
  depth(5);
  for (int i = 0; i < 4; i++) syscall(SYS_getppid);
  syscall(SYS_getpriority, 5L, 6L, 7L);
}

int main(int argc, char **argv) {
  (void)argv;
  /* A probe of bpftrace cannot read pages that nobody has touched yet. */
  for (int i = 0; i < 4; i++) for (const char *c = names[i]; *c != 0; c++) touched += *c;
  touched += small + second.id + origin.x;
  for (int rounds = argc > 1 ? 12000 : 1; rounds > 0; rounds--) {
    round_of_calls();
    if (argc > 1) nanosleep(&(struct timespec){.tv_nsec = 5000000}, 0);
  }
  return 0;
}
