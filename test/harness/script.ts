/** Writes scripts for the fixture `puppet`, which does what they say; fixtures/puppet/assembly/index.ts reads them. */
import { Writer } from "@rockpool/client";

/** In the order of the fixture's enum. */
const OPS = [
  ...[
    "send",
    "broadcast",
    "broadcastExcept",
    "kick",
    "setTimer",
    "clearTimer",
    "tickRate",
    "listing",
    "lock",
  ],
  ...["end", "put", "delete", "get", "log", "players", "name", "now", "random", "refuse", "on", "repeat"],
  ...["tell", "fill", "putFill", "logFill", "grow", "trap", "loop", "recurse", "eat"],
];
const CALLBACKS = ["join", "tick", "timer", "leave", "close", "drop", "rejoin", "fault"] as const;
export type ScriptedCallback = (typeof CALLBACKS)[number];

/** As an argument: the player that caused the callback. */
export const SELF = 0;

export class Script {
  readonly #out = new Writer();

  get bytes(): Uint8Array {
    return this.#out.view().slice();
  }

  send(to: number, text: string): this {
    return this.#op("send", (out) => out.varint(to).string(text));
  }
  broadcast(text: string): this {
    return this.#op("broadcast", (out) => out.string(text));
  }
  broadcastExcept(except: number, text: string): this {
    return this.#op("broadcastExcept", (out) => out.varint(except).string(text));
  }
  kick(who: number, reason: string): this {
    return this.#op("kick", (out) => out.varint(who).string(reason));
  }
  setTimer(id: number, afterMs: number): this {
    return this.#op("setTimer", (out) => out.varint(id).varint(afterMs));
  }
  clearTimer(id: number): this {
    return this.#op("clearTimer", (out) => out.varint(id));
  }
  tickRate(hz: number): this {
    return this.#op("tickRate", (out) => out.varint(hz));
  }
  listing(key: string, value: string): this {
    return this.#op("listing", (out) => out.string(key).string(value));
  }
  lock(locked: boolean): this {
    return this.#op("lock", (out) => out.bool(locked));
  }
  end(): this {
    return this.#op("end");
  }
  put(key: string, value: string): this {
    return this.#op("put", (out) => out.string(key).string(value));
  }
  /** Puts a value of this many bytes. */
  putFill(key: string, bytes: number): this {
    return this.#op("putFill", (out) => out.string(key).varint(bytes));
  }
  delete(key: string): this {
    return this.#op("delete", (out) => out.string(key));
  }
  /** Answers `some VALUE` or `none`. */
  get(key: string): this {
    return this.#op("get", (out) => out.string(key));
  }
  log(text: string): this {
    return this.#op("log", (out) => out.string(text));
  }
  logFill(bytes: number): this {
    return this.#op("logFill", (out) => out.varint(bytes));
  }
  /** Answers the players' ids, separated by commas. */
  players(): this {
    return this.#op("players");
  }
  /** Answers the room's name. */
  name(): this {
    return this.#op("name");
  }
  /** Answers room time in nanoseconds. */
  now(): this {
    return this.#op("now");
  }
  /** Answers 64 random bits and a number below 1. */
  random(): this {
    return this.#op("random");
  }
  /** Refuses, in create and join; the rest of the script is left out. */
  refuse(reason: string): this {
    return this.#op("refuse", (out) => out.string(reason));
  }
  /** Keeps a script for every later callback of this kind. */
  on(callback: ScriptedCallback, script: Script): this {
    const { bytes } = script;
    return this.#op("on", (out) => out.u8(CALLBACKS.indexOf(callback)).varint(bytes.length).bytes(bytes));
  }
  repeat(times: number, script: Script): this {
    const { bytes } = script;
    return this.#op("repeat", (out) => out.varint(times).varint(bytes.length).bytes(bytes));
  }
  /** Broadcasts `PREFIX GIVEN`: what the callback was given, such as a timer's id. */
  tell(prefix: string): this {
    return this.#op("tell", (out) => out.string(prefix));
  }
  /** Answers this many zero bytes. */
  fill(bytes: number): this {
    return this.#op("fill", (out) => out.varint(bytes));
  }
  /** Answers what memory.grow by this many pages returned. */
  grow(pages: number): this {
    return this.#op("grow", (out) => out.varint(pages));
  }
  trap(): this {
    return this.#op("trap");
  }
  loop(): this {
    return this.#op("loop");
  }
  recurse(): this {
    return this.#op("recurse");
  }
  /** Allocates until there is no memory left. */
  eat(): this {
    return this.#op("eat");
  }

  #op(name: string, write?: (out: Writer) => Writer): this {
    this.#out.u8(OPS.indexOf(name));
    write?.(this.#out);
    return this;
  }
}

export function script(): Script {
  return new Script();
}
