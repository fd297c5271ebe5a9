/** The export of world `game-call`, as a core export of the canonical ABI; the build renames `call_handle`. */
import { Reader } from "../reader";
import { Writer } from "../writer";
import { finish } from "./finish";
import { answered } from "./results";

export { cabi_realloc } from "./arena";

let handler: ((request: Reader, response: Writer) => void) | null = null;
const request: Reader = new Reader();
const response: Writer = new Writer(256);

/** Says what handles a request. */
export function bindCall(handle: (request: Reader, response: Writer) => void): void {
  handler = handle;
}

export function call_handle(data: usize, length: usize): usize {
  handler!(request.open(data, <i32>length), response.clear());
  const result = answered(response);
  finish();
  return result;
}
