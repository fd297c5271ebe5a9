/* Host functions of a room that take or give text and lists: from C strings to the canonical ABI and back. */
#include "internal.h"

#include <string.h>

RP_IMPORT("kick") void host_kick(uint32_t player, const char *reason, size_t length);
RP_IMPORT("players") void host_players(rp_list *result);
RP_IMPORT("room") void host_room(rp_list *result);
RP_IMPORT("set-listing")
void host_set_listing(const char *key, size_t key_length, const char *value, size_t value_length);
/* option<list<u8>> */
typedef struct {
  uint8_t is_some;
  rp_list value;
} optional_list;
RP_IMPORT("get") void host_get(const char *key, size_t key_length, optional_list *result);
RP_IMPORT("put") void host_put(const char *key, size_t key_length, const void *value, size_t value_length);
RP_IMPORT("delete") void host_delete(const char *key, size_t key_length);

void rp_kick(uint32_t player, const char *reason) { host_kick(player, reason, strlen(reason)); }

const uint32_t *rp_players(size_t *count) {
  rp_list players;
  host_players(&players);
  *count = players.length;
  return players.data;
}

const char *rp_name(void) {
  /* A room's name has at most 63 bytes, and it never changes. */
  static char name[64];
  if (!name[0]) {
    rp_list room;
    host_room(&room);
    memcpy(name, room.data, room.length < sizeof name ? room.length : sizeof name - 1);
  }
  return name;
}

void rp_set_listing(const char *key, const char *value) {
  host_set_listing(key, strlen(key), value, strlen(value));
}

bool rp_get(const char *key, rp_reader *value) {
  optional_list found;
  host_get(key, strlen(key), &found);
  *value = found.is_some ? rp_reader_of(found.value.data, found.value.length) : rp_reader_of(NULL, 0);
  return found.is_some;
}

void rp_put(const char *key, const void *data, size_t length) { host_put(key, strlen(key), data, length); }

void rp_delete(const char *key) { host_delete(key, strlen(key)); }

rp_text rp_claim(const rp_claims *claims, const char *key) {
  for (size_t i = 0; i < claims->count; i++) {
    if (rp_text_is(claims->pairs[i].key, key)) return claims->pairs[i].value;
  }
  return (rp_text){NULL, 0};
}
