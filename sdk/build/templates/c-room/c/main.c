/*
 * A real-time room: every player is a dot that walks to where its player points. The server moves the dots, twenty
 * times a second, and tells everyone where they are.
 *
 * From a client:  u8 1, f32 x, f32 y                            walk there; the field is 100 by 100
 * To everyone:    u8 1, varint count, count × (u32 player, f32 x, f32 y)
 */
#include "rockpool.h"

#include <math.h>

/* Change it, save, and watch the running room. In units a second. */
#define SPEED 40.0f
#define SIZE 100.0f
/* As many as there are seats: "maxPlayers" in rockpool.json. */
#define SEATS 16

#define WALK 1
#define DOTS 1

typedef struct {
  bool taken;
  uint32_t player;
  float x, y;
  float to_x, to_y;
} dot;

static dot dots[SEATS];

static dot *dot_of(uint32_t player) {
  for (int i = 0; i < SEATS; i++) {
    if (dots[i].taken && dots[i].player == player) return &dots[i];
  }
  return NULL;
}

static dot *free_dot(void) {
  for (int i = 0; i < SEATS; i++) {
    if (!dots[i].taken) return &dots[i];
  }
  return NULL;
}

/* Somewhere on the field, from 24 of the host's random bits: as many as a float holds. */
static float anywhere(void) { return (float)(rp_random() >> 40) * (SIZE / 0x1p24f); }

void on_join(uint32_t player, const rp_claims *claims) {
  (void)claims;
  dot *fresh = free_dot();
  if (!fresh) {
    rp_refuse("there is no dot left");
    return;
  }
  float x = anywhere();
  float y = anywhere();
  *fresh = (dot){.taken = true, .player = player, .x = x, .y = y, .to_x = x, .to_y = y};
  rp_log("a player joined");
}

void on_leave(uint32_t player, rp_leave_reason why) {
  (void)why;
  dot *gone = dot_of(player);
  if (gone) gone->taken = false;
}

void on_message(uint32_t player, rp_reader *message) {
  uint8_t op = rp_read_u8(message);
  float x = rp_read_f32(message);
  float y = rp_read_f32(message);
  dot *walker = dot_of(player);
  /* Whatever a client sends, the room must live on: check, then ignore what is not right. */
  if (!message->ok || op != WALK || !isfinite(x) || !isfinite(y) || !walker) return;
  walker->to_x = fmaxf(0, fminf(SIZE, x));
  walker->to_y = fmaxf(0, fminf(SIZE, y));
}

static void step(dot *walker, float distance) {
  float dx = walker->to_x - walker->x;
  float dy = walker->to_y - walker->y;
  float left = sqrtf(dx * dx + dy * dy);
  float share = left > distance ? distance / left : 1;
  walker->x += dx * share;
  walker->y += dy * share;
}

void on_tick(double dt_ms) {
  static rp_writer out;
  float distance = (float)(dt_ms / 1000) * SPEED;
  uint32_t count = 0;
  for (int i = 0; i < SEATS; i++) count += dots[i].taken;
  rp_clear(&out);
  rp_write_u8(&out, DOTS);
  rp_write_varint(&out, count);
  for (int i = 0; i < SEATS; i++) {
    if (!dots[i].taken) continue;
    step(&dots[i], distance);
    rp_write_u32(&out, dots[i].player);
    rp_write_f32(&out, dots[i].x);
    rp_write_f32(&out, dots[i].y);
  }
  rp_broadcast(out.data, out.length);
}
