/** Lets what a callback asked for take place, in the order in which it asked, once the callback has returned. */
import { Effect, type Outbox } from "./outbox.ts";
import type { RoomState } from "./roomState.ts";
import type { RoomSchedule } from "./schedule.ts";
import { NOBODY } from "./seats.ts";

/** What effects act on. */
export interface EffectTarget {
  readonly state: RoomState;
  readonly schedule: RoomSchedule;
  kick(player: number, reason: string): void;
  /** Ends the room after the turn. */
  endLater(): void;
}

/** @param now monotonic milliseconds: what timers count from. */
export function applyEffects(outbox: Outbox, room: EffectTarget, now: number): void {
  const { state, schedule } = room;
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
        room.kick(subject, outbox.reason(i));
        break;
      case Effect.SetTimer:
        state.timers.set(subject, now + outbox.value(i));
        retimed = true;
        break;
      case Effect.ClearTimer:
        state.timers.clear(subject);
        retimed = true;
        break;
      case Effect.SetTickRate:
        schedule.setTickRate(subject, now);
        retimed = true;
        break;
      case Effect.Lock:
        state.locked = subject === 1;
        break;
      case Effect.End:
        room.endLater();
        break;
    }
  }
  if (retimed) schedule.update();
}
