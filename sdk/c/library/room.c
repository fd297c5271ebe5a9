/* World `game-room`: the callbacks as core exports of the canonical ABI. */
#include "internal.h"

#define CALLBACK(name) RP_EXPORT("rockpool:game/room@0.1.0#" name)

CALLBACK("create") rp_result *room_create(const void *config, size_t length) {
  rp_reader reader = rp_reader_of(config, length);
  on_create(&reader);
  return rp_settle(NULL);
}

CALLBACK("join") rp_result *room_join(uint32_t player, const rp_pair *pairs, size_t count) {
  rp_claims claims = {pairs, count};
  on_join(player, &claims);
  return rp_settle(NULL);
}

CALLBACK("message") void room_message(uint32_t player, const void *data, size_t length) {
  rp_reader reader = rp_reader_of(data, length);
  on_message(player, &reader);
  rp_finish();
}

CALLBACK("tick") void room_tick(double dt_ms) {
  on_tick(dt_ms);
  rp_finish();
}

CALLBACK("timer") void room_timer(uint32_t id) {
  on_timer(id);
  rp_finish();
}

CALLBACK("drop") void room_drop(uint32_t player) {
  on_drop(player);
  rp_finish();
}

CALLBACK("rejoin") void room_rejoin(uint32_t player) {
  on_rejoin(player);
  rp_finish();
}

CALLBACK("leave") void room_leave(uint32_t player, rp_leave_reason why) {
  on_leave(player, why);
  rp_finish();
}

CALLBACK("fault") void room_fault(const char *what, size_t length) {
  on_fault((rp_text){what, length});
  rp_finish();
}

CALLBACK("save") rp_result *room_save(void) {
  static rp_writer state;
  on_save(rp_clear(&state));
  return rp_settle(&state);
}

CALLBACK("restore") rp_result *room_restore(const void *data, size_t length) {
  rp_reader reader = rp_reader_of(data, length);
  on_restore(&reader);
  return rp_settle(NULL);
}

CALLBACK("close") void room_close(void) {
  on_close();
  rp_finish();
}
