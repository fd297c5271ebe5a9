/**
 * WELCOME frames. Most of one is the same for every player of a function's version, so that part is kept as text,
 * and all frames are written into one buffer: a burst of joins would otherwise pay for JSON and memory each time.
 */
import { ServerOp, type Welcome } from "@rockpool/protocol";

/** What is the same for many players. */
type Common = Pick<Welcome, "function" | "version" | "tickRate" | "node">;
/** What is this player's own. */
type Own = Omit<Welcome, keyof Common | "shards">;

/** UTF-8 takes at most this many bytes for a UTF-16 code unit. */
const MAX_UNIT_BYTES = 3;
const FIRST_BYTES = 1024;

export class WelcomeFrames {
  #buffer = Buffer.alloc(FIRST_BYTES);
  #version = "";
  #tickRate = 0;
  #shards: readonly string[] = [];
  #tail = "";

  /**
   * The frame for one player; valid until the next is made.
   * @param shards base URLs of all shards; fewer than two are left out.
   */
  make(own: Own, common: Common, shards: readonly string[]): Uint8Array {
    const { version, tickRate } = common;
    if (version !== this.#version || tickRate !== this.#tickRate || shards !== this.#shards) {
      this.#version = version;
      this.#tickRate = tickRate;
      this.#shards = shards;
      this.#tail = JSON.stringify(shards.length > 1 ? { ...common, shards } : common).slice(1);
    }
    const text = `${JSON.stringify(own).slice(0, -1)},${this.#tail}`;
    const most = 1 + text.length * MAX_UNIT_BYTES;
    if (this.#buffer.length < most) this.#buffer = Buffer.alloc(most);
    this.#buffer[0] = ServerOp.Welcome;
    return this.#buffer.subarray(0, 1 + this.#buffer.write(text, 1));
  }
}
