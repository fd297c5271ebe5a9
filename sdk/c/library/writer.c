/* The writer: a buffer of the heap that doubles, and traps when the memory of the room is used up. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

/* `count` more bytes, which the caller fills. */
static uint8_t *more(rp_writer *writer, size_t count) {
  size_t length = writer->length + count;
  if (length < count) __builtin_trap();
  if (length > writer->capacity) {
    size_t capacity = writer->capacity ? writer->capacity : FIRST_CAPACITY;
    while (capacity < length && capacity <= SIZE_MAX / 2) capacity *= 2;
    uint8_t *grown = capacity < length ? NULL : realloc(writer->data, capacity);
    if (!grown) __builtin_trap();
    writer->data = grown;
    writer->capacity = capacity;
  }
  uint8_t *at = writer->data + writer->length;
  writer->length = length;
  return at;
}

rp_writer *rp_clear(rp_writer *writer) {
  writer->length = 0;
  return writer;
}

void rp_free(rp_writer *writer) {
  free(writer->data);
  *writer = (rp_writer){0};
}

void rp_write_bytes(rp_writer *writer, const void *data, size_t count) {
  if (count) memcpy(more(writer, count), data, count);
}

/* WebAssembly is little-endian, as messages are. */
#define WRITE_NUMBER(name, type)                         \
  void rp_write_##name(rp_writer *writer, type value) {  \
    memcpy(more(writer, sizeof value), &value, sizeof value); \
  }
WRITE_NUMBER(u8, uint8_t)
WRITE_NUMBER(u16, uint16_t)
WRITE_NUMBER(u32, uint32_t)
WRITE_NUMBER(u64, uint64_t)
WRITE_NUMBER(i8, int8_t)
WRITE_NUMBER(i16, int16_t)
WRITE_NUMBER(i32, int32_t)
WRITE_NUMBER(i64, int64_t)
WRITE_NUMBER(f32, float)
WRITE_NUMBER(f64, double)

void rp_write_bool(rp_writer *writer, bool value) { rp_write_u8(writer, value); }

void rp_write_varint64(rp_writer *writer, uint64_t value) {
  for (; value > 127; value >>= 7) rp_write_u8(writer, (uint8_t)(value & 127) | 128);
  rp_write_u8(writer, (uint8_t)value);
}

void rp_write_varint(rp_writer *writer, uint32_t value) { rp_write_varint64(writer, value); }

void rp_write_zigzag(rp_writer *writer, int32_t value) {
  rp_write_varint(writer, ((uint32_t)value << 1) ^ (uint32_t)(value >> 31));
}

void rp_write_string(rp_writer *writer, rp_text text) {
  rp_write_varint(writer, text.length);
  rp_write_bytes(writer, text.data, text.length);
}

void rp_write_text(rp_writer *writer, const char *text) { rp_write_bytes(writer, text, strlen(text)); }
