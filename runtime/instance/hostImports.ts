/**
 * The import side of the binder: the canonical ABI of the host functions of both worlds, for exactly these
 * signatures. One object serves every instance on the thread; the running guest is `active.guest`. None of
 * these functions throws (see guest.ts): a fault is remembered and the guest traps soon after.
 */
import { HOST_MODULE } from "../image/abi.ts";
import { lowerBytes, resultArea, running, settle, withText } from "./lowering.ts";
import { wasiImports } from "./wasi/wasiImports.ts";

const encoder = new TextEncoder();

const host = {
  send(to: number, at: number, length: number): void {
    const guest = running();
    const from = at >>> 0;
    const size = length >>> 0;
    if (guest.admit(size) && guest.holds(from, size))
      settle(guest, guest.host.send(to >>> 0, guest.bytes, from, size));
  },

  broadcast(at: number, length: number): void {
    const guest = running();
    const from = at >>> 0;
    const size = length >>> 0;
    if (guest.admit(size) && guest.holds(from, size))
      settle(guest, guest.host.broadcast(guest.bytes, from, size));
  },

  "broadcast-except"(except: number, at: number, length: number): void {
    const guest = running();
    const from = at >>> 0;
    const size = length >>> 0;
    if (guest.admit(size) && guest.holds(from, size)) {
      settle(guest, guest.host.broadcastExcept(except >>> 0, guest.bytes, from, size));
    }
  },

  kick(who: number, at: number, length: number): void {
    withText(at, length, (guest, reason) => guest.host.kick(who >>> 0, reason));
  },

  players(result: number): void {
    const guest = running();
    if (!guest.admit(0) || !resultArea(guest, result >>> 0, 8)) return;
    const players = guest.host.players();
    const address = lowerBytes(guest, result >>> 0, 4, players.length * 4);
    for (let i = 0; address >= 0 && i < players.length; i++) guest.writeU32(address + i * 4, players[i]!);
  },

  room(result: number): void {
    const guest = running();
    if (!guest.admit(0) || !resultArea(guest, result >>> 0, 8)) return;
    const name = encoder.encode(guest.host.roomName());
    const address = lowerBytes(guest, result >>> 0, 1, name.length);
    if (address >= 0) guest.bytes.set(name, address);
  },

  now(): bigint {
    const guest = running();
    return guest.admit(0) ? guest.host.now() : 0n;
  },

  random(): bigint {
    const guest = running();
    return guest.admit(0) ? guest.host.random() : 0n;
  },

  "set-timer"(id: number, afterMs: number): void {
    const guest = running();
    if (guest.admit(0)) settle(guest, guest.host.setTimer(id >>> 0, afterMs >>> 0));
  },

  "clear-timer"(id: number): void {
    const guest = running();
    if (guest.admit(0)) settle(guest, guest.host.clearTimer(id >>> 0));
  },

  "set-tick-rate"(hz: number): void {
    const guest = running();
    if (guest.admit(0)) settle(guest, guest.host.setTickRate(hz >>> 0));
  },

  "set-listing"(keyAt: number, keyLength: number, valueAt: number, valueLength: number): void {
    withText(keyAt, keyLength, (_, key) => {
      withText(valueAt, valueLength, (guest, value) => guest.host.setListing(key, value));
      return "ok";
    });
  },

  lock(locked: number): void {
    const guest = running();
    if (guest.admit(0)) settle(guest, guest.host.lock(locked !== 0));
  },

  end(): void {
    const guest = running();
    if (guest.admit(0)) settle(guest, guest.host.end());
  },

  get(keyAt: number, keyLength: number, result: number): void {
    withText(keyAt, keyLength, (guest, key) => {
      const at = result >>> 0;
      if (!resultArea(guest, at, 12)) return "ok";
      const value = guest.host.get(key);
      const address = value === null ? 0 : lowerBytes(guest, at + 4, 1, value.length);
      if (address < 0) return "ok";
      if (value !== null && value.length > 0) guest.bytes.set(value, address);
      guest.bytes[at] = value === null ? 0 : 1;
      return "ok";
    });
  },

  put(keyAt: number, keyLength: number, valueAt: number, valueLength: number): void {
    withText(keyAt, keyLength, (guest, key) => {
      const from = valueAt >>> 0;
      const size = valueLength >>> 0;
      if (!guest.admit(size) || !guest.holds(from, size)) return "ok";
      return guest.host.put(key, guest.bytes.slice(from, from + size));
    });
  },

  delete(keyAt: number, keyLength: number): void {
    withText(keyAt, keyLength, (guest, key) => guest.host.delete(key));
  },

  log(level: number, at: number, length: number): void {
    withText(at, length, (guest, text) => {
      if (level >>> 0 <= 3) return guest.host.log(level >>> 0, text);
      guest.fail("abi", `there is no log level ${level}`);
      return "ok";
    });
  },
};

/** What a module of either world is instantiated with. */
export const hostImports: Record<string, Record<string, unknown>> = { [HOST_MODULE]: host, ...wasiImports };
