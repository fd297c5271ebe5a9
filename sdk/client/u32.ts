/** Frames whose payload is one u32: PING as this client sends it, and ACK. */

export function u32Frame(opcode: number, value: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(5);
  frame[0] = opcode;
  new DataView(frame.buffer).setUint32(1, value, true);
  return frame;
}

/** The u32 that a payload is; null when it is none. */
export function readU32(payload: Uint8Array): number | null {
  return payload.length === 4 ? new DataView(payload.buffer, payload.byteOffset).getUint32(0, true) : null;
}
