/* Recursion, as an optimising C compiler leaves it: one of the two calls has become a loop. */
static unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

__attribute__((export_name("run"))) double run(void) { return fib(19); }
