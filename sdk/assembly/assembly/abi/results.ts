/**
 * Results of callbacks, as the canonical ABI returns them: through the address of a return area. Area and reply
 * bytes outlive the callback and are used again by the next one, so no post-return function is needed.
 */
import { Bytes } from "../bytes";
import { takeRefusal } from "../refusal";
import { Writer } from "../writer";

// @ts-ignore: decorator
@lazy const area: usize = memory.data(12, 4);
const reply: Writer = new Writer(64);

/** result<_, string>: an error when the callback refused. */
export function accepted(): usize {
  return takenBy(null);
}

/** result<list<u8>, string>: `data`, or an error when the callback refused. `data` must outlive the callback. */
export function answered(data: Bytes): usize {
  return takenBy(data);
}

function takenBy(data: Bytes | null): usize {
  const reason = takeRefusal();
  const payload: Bytes | null = reason !== null ? reply.clear().text(reason) : data;
  store<u32>(area, reason !== null ? 1 : 0);
  if (payload) {
    store<usize>(area, payload.at, 4);
    store<usize>(area, <usize>payload.length, 8);
  }
  return area;
}
