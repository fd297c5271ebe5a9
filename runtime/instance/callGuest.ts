/** The export side of the binder for world `game-call`: `handle(list<u8>) -> result<list<u8>, string>`. */
import { CALL_CALLBACK, postExport } from "../image/abi.ts";
import type { Guest } from "./guest.ts";
import type { BytesOutcome } from "./outcome.ts";
import { liftBytes } from "./results.ts";

export function handleCall(guest: Guest, request: Uint8Array): BytesOutcome {
  let answer: BytesOutcome | null = null;
  try {
    const at = guest.beginWith(CALL_CALLBACK, request, 0);
    if (at >= 0) {
      guest.open();
      const result = guest.callback(CALL_CALLBACK)!(at, request.length) >>> 0;
      guest.shut();
      answer = liftBytes(guest, result);
      guest.callback(postExport(CALL_CALLBACK))?.(result);
    }
  } catch (error) {
    guest.trapped(error);
  }
  const outcome = guest.finish();
  return outcome.status === "fault" ? outcome : answer!;
}
