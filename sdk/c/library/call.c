/* World `game-call`: its one callback as a core export of the canonical ABI. */
#include "internal.h"

RP_EXPORT("handle") rp_result *call_handle(const void *data, size_t length) {
  static rp_writer response;
  rp_reader request = rp_reader_of(data, length);
  on_call(&request, rp_clear(&response));
  return rp_settle(&response);
}
