/**
 * The export side of the binder for world `game-room`: each callback lowered by hand to its core signature.
 * Binding the core module directly instead of through generated glue is what makes a message cost a fraction
 * of a microsecond (docs/decisions/0001-bind-the-core-module-directly.md).
 */
import { ENTRY, postExport, type RoomCallback } from "../image/abi.ts";
import type { Guest } from "./guest.ts";
import type { BytesOutcome, Outcome } from "./outcome.ts";
import { liftBytes, liftRefusal } from "./results.ts";

/** Name and value pairs of WIT type `pairs`. */
export type Pairs = readonly (readonly [string, string])[];

/** Ordinals of WIT enum `leave-reason`. */
export const LeaveReason = { left: 0, timedOut: 1, kicked: 2, draining: 3 } as const;
export type LeaveReason = (typeof LeaveReason)[keyof typeof LeaveReason];

type Flat = (...flat: number[]) => number;

const encoder = new TextEncoder();

export class RoomGuest {
  readonly guest: Guest;
  readonly #message: Flat;
  readonly #tick: Flat;

  constructor(guest: Guest) {
    this.guest = guest;
    this.#message = guest.callback(ENTRY.closingMessage)!;
    this.#tick = guest.callback(ENTRY.wholeTick)!;
  }

  // The two hot callbacks are written out: no closure of #run, and as few calls into the guest as can be, because
  // each exported function or global of an instance is a chain of objects of its own that is not in the cache.

  /** @param from where in `data` the message starts: a frame is passed without a view of its payload. */
  message(player: number, data: Uint8Array, from: number): Outcome {
    const guest = this.guest;
    let left: number | undefined;
    try {
      const at = guest.beginWith("message", data, from);
      if (at >= 0) {
        guest.open();
        left = this.#message(player, at, data.length - from);
      }
    } catch (error) {
      guest.trapped(error);
    }
    return guest.finish(left);
  }

  tick(dtMs: number): Outcome {
    const guest = this.guest;
    let left: number | undefined;
    guest.enter("tick");
    guest.open();
    try {
      left = this.#tick(guest.budget, dtMs);
    } catch (error) {
      guest.trapped(error);
    }
    return guest.finish(left);
  }

  create(config: Uint8Array): Outcome {
    return this.#judged("create", () =>
      this.#withBytes(config, (at) => this.#export("create")(at, config.length)),
    );
  }

  join(player: number, claims: Pairs): Outcome {
    return this.#judged("join", () => {
      const at = this.#passPairs(claims);
      if (at < 0) return -1;
      this.guest.open();
      return this.#export("join")(player, at, claims.length);
    });
  }

  timer(id: number): Outcome {
    return this.#plain("timer", id);
  }

  drop(player: number): Outcome {
    return this.#plain("drop", player);
  }

  rejoin(player: number): Outcome {
    return this.#plain("rejoin", player);
  }

  leave(player: number, why: LeaveReason): Outcome {
    return this.#plain("leave", player, why);
  }

  close(): Outcome {
    return this.#plain("close");
  }

  fault(what: string): Outcome {
    const bytes = encoder.encode(what);
    return this.#run("fault", () => {
      this.#withBytes(bytes, (at) => this.#export("fault")(at, bytes.length));
    });
  }

  save(): BytesOutcome {
    let answer: BytesOutcome | null = null;
    const outcome = this.#run("save", () => {
      this.guest.open();
      const at = this.#export("save")() >>> 0;
      this.guest.shut();
      answer = liftBytes(this.guest, at);
      this.#post("save", at);
    });
    return outcome.status === "fault" ? outcome : answer!;
  }

  restore(state: Uint8Array): Outcome {
    return this.#judged("restore", () =>
      this.#withBytes(state, (at) => this.#export("restore")(at, state.length)),
    );
  }

  #export(name: RoomCallback): Flat {
    return this.guest.callback(name)!;
  }

  #run(name: RoomCallback, body: () => void): Outcome {
    const guest = this.guest;
    guest.begin(name);
    try {
      body();
    } catch (error) {
      guest.trapped(error);
    }
    return guest.finish();
  }

  /** A callback of scalars without a result. */
  #plain(name: RoomCallback, ...flat: number[]): Outcome {
    return this.#run(name, () => {
      this.guest.open();
      this.#export(name)(...flat);
    });
  }

  /** A callback that answers `result<_, string>`; `call` returns the result's address, or -1 after a fault. */
  #judged(name: RoomCallback, call: () => number): Outcome {
    let reason: string | null = null;
    const outcome = this.#run(name, () => {
      const at = call();
      this.guest.shut();
      if (this.guest.failed) return;
      reason = liftRefusal(this.guest, at >>> 0);
      this.#post(name, at);
    });
    if (outcome.status === "done" && reason !== null) return { status: "refused", reason };
    return outcome;
  }

  #post(name: RoomCallback, at: number): void {
    this.guest.callback(postExport(name))?.(at);
  }

  #withBytes(bytes: Uint8Array, call: (at: number) => number): number {
    const at = this.guest.pass(bytes);
    if (at < 0) return -1;
    this.guest.open();
    return call(at);
  }

  /** `list<tuple<string, string>>`: 16 bytes a pair, texts allocated one by one. */
  #passPairs(pairs: Pairs): number {
    const guest = this.guest;
    const list = guest.allocate(4, pairs.length * 16);
    if (list < 0) return -1;
    for (let i = 0; i < pairs.length; i++) {
      for (let side = 0; side < 2; side++) {
        const text = encoder.encode(pairs[i]![side]!);
        const at = guest.pass(text);
        if (at < 0) return -1;
        guest.writeU32(list + i * 16 + side * 8, at);
        guest.writeU32(list + i * 16 + side * 8 + 4, text.length);
      }
    }
    return list;
  }
}
