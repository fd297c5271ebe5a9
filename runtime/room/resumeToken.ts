/**
 * Resume tokens: what a client shows to get its seat back. A token is the player, a serial number and a
 * 128-bit code made from both with a secret that only the room has, so nothing needs to be stored, or flushed,
 * when a token is rotated: a room that went back to an earlier durable state still knows its newer tokens.
 *
 * The code is the first half of SHA-256 over secret and text of fixed length, which length extension cannot
 * reach. The secret is drawn per room, which binds a token to its function and room. Never logged.
 */
import { createHash, timingSafeEqual } from "node:crypto";

const HEAD_BYTES = 8;
const CODE_BYTES = 16;
const TOKEN_CHARS = ((HEAD_BYTES + CODE_BYTES) * 4) / 3;

export interface ResumeClaim {
  readonly player: number;
  /** Tokens of a seat count up; which ones are still good is for the seat to say. */
  readonly serial: number;
}

export function resumeToken(secret: Uint8Array, player: number, serial: number): string {
  const token = Buffer.allocUnsafe(HEAD_BYTES + CODE_BYTES);
  token.writeUInt32LE(player, 0);
  token.writeUInt32LE(serial, 4);
  code(secret, token.subarray(0, HEAD_BYTES)).copy(token, HEAD_BYTES, 0, CODE_BYTES);
  return token.toString("base64url");
}

/** What a token claims, or null when this room did not make it. */
export function readResumeToken(secret: Uint8Array, token: string): ResumeClaim | null {
  if (token.length !== TOKEN_CHARS) return null;
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== HEAD_BYTES + CODE_BYTES) return null;
  const expected = code(secret, bytes.subarray(0, HEAD_BYTES)).subarray(0, CODE_BYTES);
  if (!timingSafeEqual(expected, bytes.subarray(HEAD_BYTES))) return null;
  return { player: bytes.readUInt32LE(0), serial: bytes.readUInt32LE(4) };
}

function code(secret: Uint8Array, head: Uint8Array): Buffer {
  return createHash("sha256").update(secret).update(head).digest();
}
