/*
 * A room on the bindings that `wit-bindgen c` made of world.wit, without anything of Rockpool's SDK. It sends every
 * message back with the number of ticks so far in front of it, and refuses players whose claims say "banned".
 */
#include "game_room.h"

#include <stdlib.h>
#include <string.h>

static uint8_t ticks;

static bool refuse(game_room_string_t *err, const char *reason) {
  game_room_string_dup(err, reason);
  return false;
}

bool exports_rockpool_game_room_create(game_room_list_u8_t *config, game_room_string_t *err) {
  bool wanted = config->len == 0 || config->ptr[0] != '!';
  game_room_list_u8_free(config);
  return wanted ? true : refuse(err, "not with this config");
}

bool exports_rockpool_game_room_join(uint32_t who, exports_rockpool_game_room_pairs_t *claims, game_room_string_t *err) {
  (void)who;
  bool banned = false;
  for (size_t i = 0; i < claims->len; i++) {
    banned |= claims->ptr[i].f0.len == 6 && memcmp(claims->ptr[i].f0.ptr, "banned", 6) == 0;
  }
  exports_rockpool_game_room_pairs_free(claims);
  return banned ? refuse(err, "you are banned") : true;
}

void exports_rockpool_game_room_message(uint32_t who, game_room_list_u8_t *data) {
  game_room_list_u8_t answer = {malloc(data->len + 1), data->len + 1};
  answer.ptr[0] = ticks;
  memcpy(answer.ptr + 1, data->ptr, data->len);
  rockpool_game_host_send(who, &answer);
  game_room_list_u8_free(&answer);
  game_room_list_u8_free(data);
}

void exports_rockpool_game_room_tick(double dt_ms) {
  (void)dt_ms;
  ticks++;
  if (ticks != 3) return;
  game_room_string_t name;
  rockpool_game_host_room(&name);
  game_room_list_u8_t bytes = {name.ptr, name.len};
  rockpool_game_host_broadcast(&bytes);
  game_room_string_free(&name);
  rockpool_game_host_set_tick_rate(0);
}

void exports_rockpool_game_room_timer(uint32_t id) { (void)id; }
void exports_rockpool_game_room_drop(uint32_t who) { (void)who; }
void exports_rockpool_game_room_rejoin(uint32_t who) { (void)who; }
void exports_rockpool_game_room_leave(uint32_t who, exports_rockpool_game_room_leave_reason_t why) { (void)who, (void)why; }
void exports_rockpool_game_room_fault(game_room_string_t *what) { game_room_string_free(what); }

bool exports_rockpool_game_room_save(game_room_list_u8_t *ret, game_room_string_t *err) {
  (void)err;
  ret->ptr = malloc(1);
  ret->len = 1;
  ret->ptr[0] = ticks;
  return true;
}

bool exports_rockpool_game_room_restore(game_room_list_u8_t *state, game_room_string_t *err) {
  bool whole = state->len == 1;
  if (whole) ticks = state->ptr[0];
  game_room_list_u8_free(state);
  return whole ? true : refuse(err, "this is no state of mine");
}

void exports_rockpool_game_room_close(void) {}
