/*
 * Rockpool for C: a game function is a folder with a rockpool.json and its sources in c/.
 *
 * Define the callbacks you need; those you leave out do nothing. One callback runs at a time, and each is atomic:
 * what it sends or sets takes effect when it returns, and nothing of it happens when it traps or refuses.
 *
 * Pointers that the SDK hands out (messages, claims, lists, values) are valid until the callback returns: copy what
 * you keep. Text goes in as NUL-terminated UTF-8. Text that players sent has passed a check when you read it with
 * rp_read_string or rp_read_text; text that is not UTF-8 ends the callback that hands it to the host.
 */
#ifndef ROCKPOOL_H
#define ROCKPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Text, readers and writers ---- */

/* A run of UTF-8, without a NUL at its end. `data` is NULL where there is no text at all. */
typedef struct {
  const char *data;
  size_t length;
} rp_text;

/* Whether it is this text. */
bool rp_text_is(rp_text text, const char *other);

/*
 * Reads message bytes, little-endian. It never traps: past the end every read gives 0 or an empty text, and `ok`
 * turns false and stays so. Read all fields, then check `ok` once.
 */
typedef struct {
  const uint8_t *next;
  const uint8_t *end;
  bool ok;
} rp_reader;

/* A reader of your own bytes. They are not copied. */
rp_reader rp_reader_of(const void *data, size_t length);
/* Bytes not read yet. */
size_t rp_remaining(const rp_reader *reader);

uint8_t rp_read_u8(rp_reader *reader);
uint16_t rp_read_u16(rp_reader *reader);
uint32_t rp_read_u32(rp_reader *reader);
uint64_t rp_read_u64(rp_reader *reader);
int8_t rp_read_i8(rp_reader *reader);
int16_t rp_read_i16(rp_reader *reader);
int32_t rp_read_i32(rp_reader *reader);
int64_t rp_read_i64(rp_reader *reader);
/* May be NaN or infinite: check before you compute with it. */
float rp_read_f32(rp_reader *reader);
double rp_read_f64(rp_reader *reader);
bool rp_read_bool(rp_reader *reader);
/* Unsigned LEB128 of up to 32 bits (1 to 5 bytes), and of up to 64 (1 to 10). */
uint32_t rp_read_varint(rp_reader *reader);
uint64_t rp_read_varint64(rp_reader *reader);
/* LEB128 of a zigzag-coded signed number. */
int32_t rp_read_zigzag(rp_reader *reader);
/* UTF-8 with its length in bytes before it, as a varint. What is not UTF-8 is malformed: `ok` turns false. */
rp_text rp_read_string(rp_reader *reader);
/* All that remains, as UTF-8; as above. */
rp_text rp_read_text(rp_reader *reader);
/* Copies the next `count` bytes to `to`; zeros when there are not so many. */
void rp_read_bytes(rp_reader *reader, void *to, size_t count);
/* The next `count` bytes where they lie, or NULL when there are not so many. */
const void *rp_read_view(rp_reader *reader, size_t count);

/*
 * Writes message bytes, little-endian, into a buffer that grows and is meant to be reused: `static rp_writer out;`
 * is ready for use, and rp_clear keeps the buffer. It traps when there is no memory left.
 */
typedef struct {
  uint8_t *data;
  size_t length;
  size_t capacity;
} rp_writer;

/* Forgets what was written, and returns the writer. */
rp_writer *rp_clear(rp_writer *writer);
/* Frees the buffer; the writer may be used again. */
void rp_free(rp_writer *writer);

void rp_write_u8(rp_writer *writer, uint8_t value);
void rp_write_u16(rp_writer *writer, uint16_t value);
void rp_write_u32(rp_writer *writer, uint32_t value);
void rp_write_u64(rp_writer *writer, uint64_t value);
void rp_write_i8(rp_writer *writer, int8_t value);
void rp_write_i16(rp_writer *writer, int16_t value);
void rp_write_i32(rp_writer *writer, int32_t value);
void rp_write_i64(rp_writer *writer, int64_t value);
void rp_write_f32(rp_writer *writer, float value);
void rp_write_f64(rp_writer *writer, double value);
void rp_write_bool(rp_writer *writer, bool value);
void rp_write_varint(rp_writer *writer, uint32_t value);
void rp_write_varint64(rp_writer *writer, uint64_t value);
void rp_write_zigzag(rp_writer *writer, int32_t value);
/* With its length in bytes before it, as a varint. */
void rp_write_string(rp_writer *writer, rp_text text);
/* Without a length. */
void rp_write_text(rp_writer *writer, const char *text);
/* The bytes as they are. They must not lie in the writer's own buffer. */
void rp_write_bytes(rp_writer *writer, const void *data, size_t count);

/* ---- What both kinds of function may ask of the host ---- */

#ifdef ROCKPOOL_CALL
#define RP_HOST "rockpool:game/call-host@0.1.0"
#else
#define RP_HOST "rockpool:game/host@0.1.0"
#endif
/* A function of the host, by its name in the WIT world. */
#define RP_IMPORT(name) __attribute__((import_module(RP_HOST), import_name(name)))

/* Room time in nanoseconds: 0 at the start; it stands still within a callback. */
RP_IMPORT("now") uint64_t rp_now(void);
/* 64 random bits of the room's own generator. */
RP_IMPORT("random") uint64_t rp_random(void);

typedef enum { RP_DEBUG, RP_INFO, RP_WARN, RP_ERROR } rp_level;

RP_IMPORT("log") void rp_log_bytes(rp_level level, const char *text, size_t length);
/* Logs at level info. */
void rp_log(const char *text);

/*
 * In on_create, on_join, on_save, on_restore and on_call: says no, with the reason, of which the first 255 bytes are
 * kept. Return after it. Elsewhere it has no effect.
 */
void rp_refuse(const char *reason);

#ifdef ROCKPOOL_CALL

/* ---- A call function: "kind": "call" in rockpool.json ---- */

/* Answers a request; may refuse. You must define it. */
void on_call(rp_reader *request, rp_writer *response);

#else

/* ---- The callbacks of a room ---- */

/* What the node knows of a player that joins: names and values from its token. */
typedef struct {
  rp_text key;
  rp_text value;
} rp_pair;
typedef struct {
  const rp_pair *pairs;
  size_t count;
} rp_claims;
/* The value of the first pair with this key; `data` is NULL when there is none. */
rp_text rp_claim(const rp_claims *claims, const char *key);

/* Why a player is gone: it left, did not come back in time, was kicked, or the node is going down. */
typedef enum { RP_LEFT, RP_TIMED_OUT, RP_KICKED, RP_DRAINING } rp_leave_reason;

/* The room starts, with the config it was asked for with (empty when a join made it). May refuse. */
void on_create(rp_reader *config);
/* A player takes a seat. May refuse. */
void on_join(uint32_t player, const rp_claims *claims);
/* Bytes from a player. */
void on_message(uint32_t player, rp_reader *message);
/* The next step of game time; `dt_ms` is the same in every tick of a rate. */
void on_tick(double dt_ms);
/* A timer set with rp_set_timer is due. */
void on_timer(uint32_t id);
/* A player's connection is lost; its seat is kept for the grace period. */
void on_drop(uint32_t player);
/* A dropped player is back. */
void on_rejoin(uint32_t player);
/* A player is gone. */
void on_leave(uint32_t player, rp_leave_reason why);
/* An input of yours trapped and was skipped. */
void on_fault(rp_text what);
/* Write your state for the next version of your code, or refuse: the room then lives on with the old one. */
void on_save(rp_writer *out);
/* Read the state that the version before you saved, instead of on_create. May refuse. */
void on_restore(rp_reader *state);
/* The room ends; what is sent now still arrives, and no callback follows. */
void on_close(void);

/* ---- What a room may ask of the host ---- */

/* Sends bytes to one player, to every player, to every player but one. */
RP_IMPORT("send") void rp_send(uint32_t player, const void *data, size_t length);
RP_IMPORT("broadcast") void rp_broadcast(const void *data, size_t length);
RP_IMPORT("broadcast-except") void rp_broadcast_except(uint32_t except, const void *data, size_t length);

/* Closes a player's connection, with the reason; on_leave follows. */
void rp_kick(uint32_t player, const char *reason);
/* Players that hold a seat, in order of their ids. */
const uint32_t *rp_players(size_t *count);
/* The room's name. */
const char *rp_name(void);

/* Calls on_timer(id) after so many milliseconds; setting an id again replaces its timer. */
RP_IMPORT("set-timer") void rp_set_timer(uint32_t id, uint32_t after_ms);
RP_IMPORT("clear-timer") void rp_clear_timer(uint32_t id);
/* Ticks a second, up to 128; 0 stops them. */
RP_IMPORT("set-tick-rate") void rp_set_tick_rate(uint32_t hz);

/* Shown, and filtered by, where rooms are listed. */
void rp_set_listing(const char *key, const char *value);
/* A locked room takes no more players. */
RP_IMPORT("lock") void rp_lock(bool locked);
/* Ends the room once the callback has returned. */
RP_IMPORT("end") void rp_end(void);

/* The room's own durable values. rp_get is false when there is no such value. */
bool rp_get(const char *key, rp_reader *value);
void rp_put(const char *key, const void *data, size_t length);
void rp_delete(const char *key);

#endif
#endif
