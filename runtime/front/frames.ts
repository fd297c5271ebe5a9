/** Frames that the front itself makes. None of them is made on the hot path. */
import { type Moved, ServerOp, type WireError } from "@rockpool/protocol";

export function errorFrame(error: WireError): Uint8Array {
  return jsonFrame(ServerOp.Error, error);
}

export function movedFrame(moved: Moved): Uint8Array {
  return jsonFrame(ServerOp.Moved, moved);
}

function jsonFrame(op: number, payload: object): Uint8Array {
  const json = Buffer.from(JSON.stringify(payload), "utf8");
  const frame = new Uint8Array(1 + json.length);
  frame[0] = op;
  frame.set(json, 1);
  return frame;
}
