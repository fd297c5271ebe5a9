/** A host that trusts nothing that the binder hands it, and is at times at the limit of what it takes. */
import type { Verdict } from "@rockpool/runtime/instance/roomHost.js";
import type { Random } from "../../oracle/recordings.ts";
import { ScriptedHost } from "../../oracle/scriptedHost.ts";

export class CheckingHost extends ScriptedHost {
  /** What the binder let through. */
  readonly violations: string[] = [];
  readonly #random: Random;

  constructor(seed: number, random: Random) {
    super(seed);
    this.#random = random;
  }

  #verdict(): Verdict {
    return this.#random(64) === 0 ? "bytesPerCallback" : "ok";
  }

  #check(sound: boolean, what: string): boolean {
    if (!sound) this.violations.push(what);
    return sound;
  }

  #range(memory: Uint8Array, at: number, length: number): boolean {
    const sound = isU32(at) && isU32(length) && at + length <= memory.length;
    return this.#check(sound, `a payload at ${at} of ${length} bytes in a memory of ${memory.length}`);
  }

  #number(value: number): void {
    this.#check(isU32(value), `${value} as an unsigned number`);
  }

  #text(text: string): void {
    this.#check(Buffer.from(text).toString() === text, "text that is not Unicode");
  }

  override send(to: number, memory: Uint8Array, at: number, length: number): Verdict {
    this.#number(to);
    if (this.#range(memory, at, length)) super.send(to, memory, at, length);
    return this.#verdict();
  }

  override broadcast(memory: Uint8Array, at: number, length: number): Verdict {
    if (this.#range(memory, at, length)) super.broadcast(memory, at, length);
    return this.#verdict();
  }

  override broadcastExcept(except: number, memory: Uint8Array, at: number, length: number): Verdict {
    this.#number(except);
    if (this.#range(memory, at, length)) super.broadcastExcept(except, memory, at, length);
    return this.#verdict();
  }

  override kick(player: number, reason: string): Verdict {
    this.#number(player);
    this.#text(reason);
    return super.kick(player, reason);
  }

  override setTimer(id: number, afterMs: number): Verdict {
    this.#number(id);
    this.#number(afterMs);
    super.setTimer(id, afterMs);
    return this.#verdict();
  }

  override setListing(key: string, value: string): Verdict {
    this.#text(key);
    this.#text(value);
    return super.setListing(key, value);
  }

  override put(key: string, value: Uint8Array): Verdict {
    this.#text(key);
    this.#check(value.byteLength === value.buffer.byteLength, "a value that is a view of guest memory");
    super.put(key, value);
    return this.#verdict();
  }

  override log(level: number, text: string): Verdict {
    this.#check(level >= 0 && level <= 3, `log level ${level}`);
    this.#text(text);
    return super.log(level, text);
  }
}

function isU32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}
