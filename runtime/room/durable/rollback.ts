/**
 * Takes a room back to just before an input that failed: another instance is brought to the last snapshot, and
 * the inputs since run through it again, beside the ticks of other rooms. The live room's host state needs no
 * rollback, since a callback that fails has no effects; only its random numbers are those of the replay.
 */
import type { Guest } from "../../instance/guest.ts";
import { SILENT_LOG } from "../../telemetry/guestLog.ts";
import { Outbox } from "../outbox.ts";
import { RoomMachine } from "../roomMachine.ts";
import { RoomState } from "../roomState.ts";
import type { SeatedRoom } from "../seat.ts";
import type { RoomHistory } from "./history.ts";
import { restoreHost } from "./hostState.ts";
import { Replay } from "./replay.ts";

/** All replays of a thread share one: they never overlap. */
const outbox = new Outbox();

/** The room that the seats of a replay belong to: nobody is connected, so nothing ever comes of it. */
export const NO_ROOM: SeatedRoom = {
  messageRate: 0,
  frameBytes: 0,
  receive() {},
  departing() {},
  departed() {},
  disconnected() {},
};

export class Rollback {
  readonly #replay: Replay;

  /** @param guest pristine. */
  constructor(live: RoomState, history: RoomHistory, guest: Guest) {
    const state = new RoomState(live.identity, live.manifest, 0);
    const host = history.restore(guest);
    if (host !== null) restoreHost(state, host, NO_ROOM);
    const machine = new RoomMachine(state, guest, outbox, SILENT_LOG);
    this.#replay = new Replay(machine, [history.inputs()], history.after, NO_ROOM);
  }

  /** Goes on until `until` (monotonic milliseconds); whether it is done. @throws ReplayDiverged, DamagedRecord */
  run(until: number): boolean {
    return this.#replay.run(until);
  }

  /** The guest as it was before the input that failed; random numbers go on from there as well. */
  finish(live: RoomState): Guest {
    const { machine } = this.#replay;
    live.random.words = machine.state.random.words;
    return machine.guest;
  }
}
