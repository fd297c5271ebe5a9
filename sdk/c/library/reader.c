/* The reader: no read goes past `end`, and one that would leaves nothing to read for those after it. */
#include "internal.h"

#include <string.h>

rp_reader rp_reader_of(const void *data, size_t length) {
  const uint8_t *bytes = data;
  return (rp_reader){.next = bytes, .end = bytes + length, .ok = true};
}

size_t rp_remaining(const rp_reader *reader) { return (size_t)(reader->end - reader->next); }

static void fail(rp_reader *reader) {
  reader->ok = false;
  reader->next = reader->end;
}

const void *rp_read_view(rp_reader *reader, size_t count) {
  if (count > rp_remaining(reader)) {
    fail(reader);
    return NULL;
  }
  const uint8_t *at = reader->next;
  reader->next += count;
  return at;
}

void rp_read_bytes(rp_reader *reader, void *to, size_t count) {
  const void *at = rp_read_view(reader, count);
  if (at) memcpy(to, at, count);
  else memset(to, 0, count);
}

/* WebAssembly is little-endian, as messages are. */
#define READ_NUMBER(name, type)            \
  type rp_read_##name(rp_reader *reader) { \
    type value;                            \
    rp_read_bytes(reader, &value, sizeof value); \
    return value;                          \
  }
READ_NUMBER(u8, uint8_t)
READ_NUMBER(u16, uint16_t)
READ_NUMBER(u32, uint32_t)
READ_NUMBER(u64, uint64_t)
READ_NUMBER(i8, int8_t)
READ_NUMBER(i16, int16_t)
READ_NUMBER(i32, int32_t)
READ_NUMBER(i64, int64_t)
READ_NUMBER(f32, float)
READ_NUMBER(f64, double)

bool rp_read_bool(rp_reader *reader) { return rp_read_u8(reader) != 0; }

uint64_t rp_read_varint64(rp_reader *reader) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    uint64_t byte = rp_read_u8(reader);
    /* The tenth byte holds the 64th bit alone. */
    if (shift == 63 && byte > 1) break;
    value |= (byte & 127) << shift;
    if (byte < 128) return reader->ok ? value : 0;
  }
  fail(reader);
  return 0;
}

uint32_t rp_read_varint(rp_reader *reader) {
  uint64_t value = rp_read_varint64(reader);
  if (value <= UINT32_MAX) return (uint32_t)value;
  fail(reader);
  return 0;
}

int32_t rp_read_zigzag(rp_reader *reader) {
  uint32_t value = rp_read_varint(reader);
  return (int32_t)((value >> 1) ^ (0 - (value & 1)));
}

/* A player's text is checked here, because the host ends a callback that hands it anything but UTF-8. */
static rp_text read_utf8(rp_reader *reader, size_t length) {
  const uint8_t *at = rp_read_view(reader, length);
  const uint8_t *end = at + length;
  if (!at) return (rp_text){"", 0};
  for (const uint8_t *next = at; next < end;) {
    size_t step = rp_sequence_length(next, end);
    if (step == 0) {
      fail(reader);
      return (rp_text){"", 0};
    }
    next += step;
  }
  return (rp_text){(const char *)at, length};
}

rp_text rp_read_string(rp_reader *reader) { return read_utf8(reader, rp_read_varint(reader)); }

rp_text rp_read_text(rp_reader *reader) { return read_utf8(reader, rp_remaining(reader)); }

bool rp_text_is(rp_text text, const char *other) {
  return text.length == strlen(other) && memcmp(text.data, other, text.length) == 0;
}
