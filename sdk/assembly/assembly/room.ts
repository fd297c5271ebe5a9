import { INFO, log } from "./abi/ambient";
import { allocate, mark, placeText, release } from "./abi/arena";
import * as host from "./abi/roomhost";
import { textBytes } from "./abi/text";
import { Bytes } from "./bytes";
import { Claims } from "./claims";
import { Reader } from "./reader";
import { refuse } from "./refusal";
import { Writer } from "./writer";

/** Why a player is gone. */
export enum LeaveReason {
  /** It left for good. */
  Left,
  /** It lost its connection and did not come back in time. */
  TimedOut,
  /** The game kicked it. */
  Kicked,
  /** The node is going down. */
  Draining,
}

// Not fields of Room: a field there would take its name from every game. An instance holds one room.
const scratch: Writer = new Writer(256);
const seats: u32[] = [];
let title: string = "";

/**
 * A room of your game: extend it, override the callbacks you need, and `export default` the class. Callbacks run
 * one at a time; the effects of each take place when it returns, and never when it traps or refuses.
 */
export class Room {
  // Callbacks.

  /** The room starts, with the config it was asked for with (empty when a join made it). May refuse. */
  onCreate(config: Reader): void {}
  /** A player takes a seat. May refuse. */
  onJoin(player: u32, claims: Claims): void {}
  /** Bytes from a player. */
  onMessage(player: u32, message: Reader): void {}
  /** The next step of game time; `dtMs` is the same in every tick of a rate. */
  onTick(dtMs: f64): void {}
  /** A timer set with `setTimer` is due. */
  onTimer(id: u32): void {}
  /** A player's connection is lost; its seat is kept for the grace period. */
  onDrop(player: u32): void {}
  /** A dropped player is back. */
  onRejoin(player: u32): void {}
  /** A player is gone. */
  onLeave(player: u32, why: LeaveReason): void {}
  /** An input of yours trapped and was skipped. */
  onFault(what: string): void {}
  /** Write your state for the next version of your code, or refuse: the room then lives on with the old one. */
  onSave(out: Writer): void {
    refuse("this room has no onSave");
  }
  /** Read the state that the version before you saved, instead of onCreate. May refuse. */
  onRestore(state: Reader): void {
    refuse("this room has no onRestore");
  }
  /** The room ends; what is sent now still arrives, and no callback follows. */
  onClose(): void {}

  // Messages.

  /** Sends bytes to one player. */
  send(player: u32, data: Bytes): void {
    host.send(player, data.at, <usize>data.length);
  }

  /** Sends bytes to every player. */
  broadcast(data: Bytes): void {
    host.broadcast(data.at, <usize>data.length);
  }

  /** Sends bytes to every player but one. */
  broadcastExcept(except: u32, data: Bytes): void {
    host.broadcastExcept(except, data.at, <usize>data.length);
  }

  /** The room's scratch writer, cleared: for a message that is built and sent at once. */
  writer(): Writer {
    return scratch.clear();
  }

  // Players.

  /** In onCreate, onJoin, onSave and onRestore: says no, with the reason. Return after it. */
  refuse(reason: string): void {
    refuse(reason);
  }

  /** Closes a player's connection, with the reason; onLeave follows. */
  kick(player: u32, reason: string): void {
    const marked = mark();
    host.kick(player, placeText(reason), <usize>textBytes(reason));
    release(marked);
  }

  /** Players that hold a seat, in order of their ids. The same array each time: copy it to keep it. */
  players(): u32[] {
    const marked = mark();
    const result = allocate(8);
    host.players(result);
    const count = load<i32>(result, 4);
    seats.length = count;
    memory.copy(seats.dataStart, load<usize>(result), (<usize>count) << 2);
    release(marked);
    return seats;
  }

  // The room.

  /** The room's name. */
  name(): string {
    if (title == "") {
      const marked = mark();
      const result = allocate(8);
      host.room(result);
      title = String.UTF8.decodeUnsafe(load<usize>(result), load<usize>(result, 4));
      release(marked);
    }
    return title;
  }

  /** Room time in nanoseconds: 0 at the start; it stands still within a callback. */
  now(): u64 {
    return host.now();
  }

  /** Room time in milliseconds. */
  nowMs(): f64 {
    return <f64>host.now() / 1e6;
  }

  /** 64 random bits of the room's own generator. */
  random(): u64 {
    return host.random();
  }

  /** Calls onTimer(id) after `afterMs` milliseconds; setting an id again replaces its timer. */
  setTimer(id: u32, afterMs: u32): void {
    host.setTimer(id, afterMs);
  }

  clearTimer(id: u32): void {
    host.clearTimer(id);
  }

  /** Ticks a second, up to 128; 0 stops them. */
  setTickRate(hz: u32): void {
    host.setTickRate(hz);
  }

  /** Shown, and filtered by, where rooms are listed. */
  setListing(key: string, value: string): void {
    const marked = mark();
    const keyAt = placeText(key);
    const valueAt = placeText(value);
    host.setListing(keyAt, <usize>textBytes(key), valueAt, <usize>textBytes(value));
    release(marked);
  }

  /** A locked room takes no more players. */
  lock(locked: bool): void {
    host.lock(locked ? 1 : 0);
  }

  /** Ends the room once the callback has returned. */
  end(): void {
    host.end();
  }

  // Durable values.

  /** A value of the room, or null. The reader is valid until the callback returns. */
  get(key: string): Reader | null {
    const result = allocate(12);
    host.get(placeText(key), <usize>textBytes(key), result);
    if (load<u8>(result) == 0) return null;
    return new Reader().open(load<usize>(result, 4), load<i32>(result, 8));
  }

  put(key: string, value: Bytes): void {
    const marked = mark();
    host.put(placeText(key), <usize>textBytes(key), value.at, <usize>value.length);
    release(marked);
  }

  delete(key: string): void {
    const marked = mark();
    host.remove(placeText(key), <usize>textBytes(key));
    release(marked);
  }

  /** Logs at level info; `console.debug`, `.warn` and `.error` log at the others. */
  log(text: string): void {
    log(INFO, text);
  }
}
