/*
 * Where printf ends: stdout and stderr go to the log, a line at a time, and no other file exists. These take the place
 * of the C library's own functions, which would import a file system.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define LINE_BYTES 512

typedef struct {
  size_t length;
  uint8_t bytes[LINE_BYTES];
} line;

static void log_line(rp_level level, line *text) {
  const uint8_t *end = text->bytes + text->length;
  /* Printed bytes may be anything, but the log takes UTF-8 alone. */
  for (uint8_t *at = text->bytes; at < end;) {
    size_t step = rp_sequence_length(at, end);
    if (step == 0) *at = '?';
    at += step ? step : 1;
  }
  rp_log_bytes(level, (const char *)text->bytes, text->length);
  text->length = 0;
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  static line lines[2];
  if (file != STDOUT_FILENO && file != STDERR_FILENO) {
    errno = EBADF;
    return -1;
  }
  line *text = &lines[file - STDOUT_FILENO];
  rp_level level = file == STDERR_FILENO ? RP_ERROR : RP_INFO;
  ssize_t written = 0;
  for (int i = 0; i < count; i++) {
    const uint8_t *bytes = parts[i].iov_base;
    for (size_t at = 0; at < parts[i].iov_len; at++) {
      if (bytes[at] != '\n') text->bytes[text->length++] = bytes[at];
      if (bytes[at] == '\n' || text->length == LINE_BYTES) log_line(level, text);
    }
    written += (ssize_t)parts[i].iov_len;
  }
  return written;
}

/* A terminal, as far as stdio can tell: so it writes at the end of every line. */
int __isatty(int file) {
  (void)file;
  return 1;
}

off_t __lseek(int file, off_t offset, int whence) {
  (void)file, (void)offset, (void)whence;
  errno = ESPIPE;
  return -1;
}

int close(int file) {
  (void)file;
  errno = EBADF;
  return -1;
}
