/** Gives one input to a guest, through the binder that the node uses. */
import { handleCall } from "@rockpool/runtime/instance/callGuest.js";
import type { BytesOutcome, Outcome } from "@rockpool/runtime/instance/outcome.js";
import type { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import type { Input } from "./input.ts";

export function drive(room: RoomGuest, input: Input): Outcome | BytesOutcome {
  switch (input.call) {
    case "create":
      return room.create(input.config);
    case "join":
      return room.join(input.player, input.claims);
    case "message":
      return room.message(input.player, input.data, 0);
    case "tick":
      return room.tick(input.dtMs);
    case "timer":
      return room.timer(input.id);
    case "drop":
      return room.drop(input.player);
    case "rejoin":
      return room.rejoin(input.player);
    case "leave":
      return room.leave(input.player, input.why);
    case "fault":
      return room.fault(input.what);
    case "save":
      return room.save();
    case "restore":
      return room.restore(input.state);
    case "close":
      return room.close();
    case "handle":
      return handleCall(room.guest, input.request);
  }
}
