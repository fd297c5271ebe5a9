/* The callbacks that a game leaves out. Each is weak: the game's own takes its place. */
#include "internal.h"

#define OPTIONAL __attribute__((weak))

OPTIONAL void on_create(rp_reader *config) { (void)config; }
OPTIONAL void on_join(uint32_t player, const rp_claims *claims) { (void)player, (void)claims; }
OPTIONAL void on_message(uint32_t player, rp_reader *message) { (void)player, (void)message; }
OPTIONAL void on_tick(double dt_ms) { (void)dt_ms; }
OPTIONAL void on_timer(uint32_t id) { (void)id; }
OPTIONAL void on_drop(uint32_t player) { (void)player; }
OPTIONAL void on_rejoin(uint32_t player) { (void)player; }
OPTIONAL void on_leave(uint32_t player, rp_leave_reason why) { (void)player, (void)why; }
OPTIONAL void on_fault(rp_text what) { (void)what; }
OPTIONAL void on_close(void) {}

OPTIONAL void on_save(rp_writer *out) {
  (void)out;
  rp_refuse("this room has no on_save");
}

OPTIONAL void on_restore(rp_reader *state) {
  (void)state;
  rp_refuse("this room has no on_restore");
}
