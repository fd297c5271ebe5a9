/* Heap sort. */
#define SIZE 2048
static int values[SIZE];

static void sink(int at, int size) {
  int value = values[at];
  for (;;) {
    int child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && values[child + 1] > values[child]) child++;
    if (values[child] <= value) break;
    values[at] = values[child];
    at = child;
  }
  values[at] = value;
}

__attribute__((export_name("run"))) double run(void) {
  unsigned state = 12345;
  for (int n = 0; n < SIZE; n++) values[n] = (int)(state = state * 1664525u + 1013904223u);
  for (int n = SIZE / 2 - 1; n >= 0; n--) sink(n, SIZE);
  for (int n = SIZE - 1; n > 0; n--) {
    int first = values[0];
    values[0] = values[n];
    values[n] = first;
    sink(0, n);
  }
  return values[7];
}
