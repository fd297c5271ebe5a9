/** The WELCOME frame. */
import { ServerOp, type Welcome } from "@rockpool/protocol";

export function welcomeFrame(welcome: Welcome): Uint8Array {
  const json = Buffer.from(JSON.stringify(welcome));
  const frame = new Uint8Array(json.length + 1);
  frame[0] = ServerOp.Welcome;
  frame.set(json, 1);
  return frame;
}
