/** Lets what a callback asked for take place, in the order in which it asked, once the callback has returned. */
import { Effect, type Outbox } from "./outbox.ts";
import type { RoomState } from "./roomState.ts";
import { NOBODY } from "./seats.ts";

/** What takes place outside of the room's own state; a replay has none of it. */
export interface EffectTarget {
  kick(player: number, reason: string): void;
  /** Ends the room after the turn. */
  endLater(): void;
}

const NS_PER_MS = 1e6;

/** Returns whether ticks or timers are due at other times now. */
export function applyEffects(outbox: Outbox, state: RoomState, target: EffectTarget): boolean {
  let retimed = false;
  for (let i = 0; i < outbox.count; i++) {
    const subject = outbox.subject(i);
    switch (outbox.kind(i)) {
      case Effect.Send:
        state.seats.send(subject, outbox.frame(i));
        break;
      case Effect.Broadcast:
        state.seats.broadcast(outbox.frame(i), NOBODY);
        break;
      case Effect.BroadcastExcept:
        state.seats.broadcast(outbox.frame(i), subject);
        break;
      case Effect.Kick:
        target.kick(subject, outbox.reason(i));
        break;
      case Effect.SetTimer:
        state.timers.set(subject, state.time.ns + outbox.value(i) * NS_PER_MS);
        retimed = true;
        break;
      case Effect.ClearTimer:
        state.timers.clear(subject);
        retimed = true;
        break;
      case Effect.SetTickRate:
        state.setTickRate(subject);
        retimed = true;
        break;
      case Effect.Lock:
        state.locked = subject === 1;
        break;
      case Effect.End:
        target.endLater();
        break;
    }
  }
  return retimed;
}
