/** Random things that happen to a room, by function: what its players send, and everything else. */
import type { Room } from "@rockpool/runtime/room/room.js";
import type { PlayerSeat } from "@rockpool/runtime/room/seat.js";
import { sampleMessages } from "../harness/components.ts";
import type { Randomness } from "../harness/randomness.ts";
import { type Script, script } from "../harness/script.ts";
import { KeptLink, type ManualClock } from "./roomsUnderTest.ts";

const MAX_PLAYERS = 4;
const messages = { arena: await sampleMessages("arena"), tictactoe: await sampleMessages("tictactoe") };

/** What a player of each function sends. */
export const PAYLOADS: Readonly<Record<string, (random: Randomness) => Uint8Array>> = {
  scribble: (random) => random.bytes(9 * random.below(8)),
  puppet: (random) => randomScript(random, 3).bytes,
  arena: (random) =>
    random.below(8) === 0
      ? messages.arena.encodeFromPlayer!({ kind: "name", name: `n${random.below(99)}` })
      : messages.arena.encodeFromPlayer!({
          kind: "input",
          sequence: random.below(65_536),
          keys: random.below(32),
        }),
  tictactoe: (random) =>
    random.below(4) === 0
      ? messages.tictactoe.encodeFromPlayer!({ kind: "rematch" })
      : messages.tictactoe.encodeFromPlayer!({ kind: "move", cell: random.below(10) }),
};

/** All that a script can do but end the room, and now and then what makes it fail. */
function randomScript(random: Randomness, depth: number): Script {
  const key = `k${random.below(4)}`;
  const id = random.below(6);
  const callback = (["join", "tick", "timer", "leave", "drop", "rejoin", "fault"] as const)[random.below(7)]!;
  const steps: ((out: Script) => Script)[] = [
    (out) => out.send(random.below(5), "to one"),
    (out) => out.broadcast(`to all ${id}`),
    (out) => out.broadcastExcept(random.below(5), "but one"),
    (out) => out.setTimer(id, random.below(300)),
    (out) => out.clearTimer(id),
    (out) => out.tickRate(random.below(40)),
    (out) => out.listing(key, `v${id}`),
    (out) => out.lock(id % 2 === 0),
    (out) => out.put(key, `value ${id}`),
    (out) => out.delete(key),
    (out) => out.get(key),
    (out) => out.players(),
    (out) => out.now(),
    (out) => out.random(),
    (out) => out.tell("given"),
    (out) => out.grow(random.below(2)),
    (out) => out.putFill(key, random.below(2000)),
    (out) => (depth > 0 ? out.on(callback, randomScript(random, depth - 1)) : out),
    (out) => (depth > 0 ? out.repeat(random.below(4), randomScript(random, depth - 1)) : out),
    (out) => (random.below(6) === 0 ? out.kick(random.below(5), "a kick") : out),
    (out) => (random.below(3) === 0 && depth === 3 ? out.trap() : out),
  ];
  const out = script();
  for (let n = 1 + random.below(4); n > 0; n--) steps[random.below(steps.length)]!(out);
  return out;
}

/** Players of one room, their connections, and all that ever reached them. */
export class Crowd {
  readonly links = new Map<number, KeptLink[]>();
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** One random input, or something that becomes one. */
  act(random: Randomness, clock: ManualClock): void {
    const seats = this.#room.state.seats.all();
    const seat = seats[random.below(Math.max(1, seats.length))];
    const dice = random.below(20);
    if (seat === undefined || (dice === 0 && seats.length < MAX_PLAYERS)) this.#join();
    else if (dice === 1) this.#vanish(seat);
    else if (dice === 2 && random.below(3) === 0) seat.leave();
    else if (dice <= 4) this.#resume(seat);
    else if (dice <= 10) clock.step(random.below(10) === 0 ? 2_000 : random.below(3));
    else this.#send(seat, random);
    while (this.#room.busy) clock.step();
  }

  #join(): void {
    const link = new KeptLink();
    const outcome = this.#room.join(link, () => {});
    if (outcome.joined) this.links.set(outcome.seat.player, [link]);
  }

  #vanish(seat: PlayerSeat): void {
    const link = this.links.get(seat.player)?.at(-1);
    if (link === undefined) return;
    link.open = false;
    seat.lost(link);
  }

  #resume(seat: PlayerSeat): void {
    const link = new KeptLink();
    this.links.get(seat.player)?.push(link);
    this.#room.resume(seat, link, 0, () => {});
  }

  #send(seat: PlayerSeat, random: Randomness): void {
    const payload = PAYLOADS[this.#room.state.manifest.name]!(random);
    seat.receive(Uint8Array.of(1, ...payload));
  }
}
