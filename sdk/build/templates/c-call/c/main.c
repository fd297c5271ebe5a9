/* Greets by name. Request and response are text. */
#include "rockpool.h"

void on_call(rp_reader *request, rp_writer *response) {
  rp_text name = rp_read_text(request);
  if (!request->ok || name.length == 0) {
    rp_refuse("send a name");
    return;
  }
  rp_write_text(response, "hello, ");
  rp_write_bytes(response, name.data, name.length);
}
