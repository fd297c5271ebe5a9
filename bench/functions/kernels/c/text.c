/* String building: numbers in decimal, measured and compared by loops over bytes. */
static char text[4096];

static unsigned length(const char *at) {
  const char *start = at;
  while (*at) at++;
  return (unsigned)(at - start);
}

static char *number(char *out, unsigned value) {
  char digits[10];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count) *out++ = digits[--count];
  return out;
}

__attribute__((export_name("run"))) double run(void) {
  char *out = text;
  for (unsigned n = 0; n < 300; n++) {
    out = number(out, n * 7919);
    *out++ = ',';
  }
  *out = 0;
  unsigned sum = 0;
  for (unsigned n = 0; n < 6; n++) sum += length(text + n);
  return sum;
}
