// Two hundred different stacks: functions that call each other by a number that changes, some of them inlined.
unsigned state = 12345;
volatile int sum;

static unsigned next(void) {
  state = state * 1103515245u + 12345u;
  return state >> 16;
}

__attribute__((noinline)) void leave(int n) { sum += n; }
__attribute__((noinline)) void tick(int n) {
  leave(n);
  sum++;
}

static void walk(int depth);

static inline __attribute__((always_inline)) void small(int depth) {
  if (next() % 5)
    walk(depth - 1);
  else
    tick(depth);
  sum++;
}
static inline __attribute__((always_inline)) void middle(int depth) {
  sum += depth;
  small(depth);
}
static __attribute__((noinline)) void left(int depth) {
  middle(depth);
  sum--;
}
static __attribute__((noinline)) void right(int depth) {
  if (next() % 2)
    small(depth);
  else
    walk(depth - 1);
  sum--;
}
static __attribute__((noinline)) void walk(int depth) {
  if (depth <= 0)
    tick(depth);
  else if (next() % 2)
    left(depth);
  else
    right(depth);
  sum++;
}

int main(void) {
  for (int i = 0; i < 200; i++) {
    walk(next() % 12);
    sum++;
  }
  return 0;
}
