/** Recursion and nothing else: Fibonacci numbers by their definition. */
function fib(n: i32): i32 {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

export function run(): f64 {
  return fib(19) as f64;
}
