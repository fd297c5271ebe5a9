import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest } from "@rockpool/protocol";
import { pino } from "pino";
import { GuestLog } from "../telemetry/guestLog.ts";
import { HostCalls, MAX_KEY_BYTES } from "./hostCalls.ts";
import { Outbox } from "./outbox.ts";
import { RoomState } from "./roomState.ts";

function hostCalls(): HostCalls {
  const parsed = parseManifest('{"name":"keys"}');
  assert.ok(parsed.ok);
  const state = new RoomState(
    { name: "room", seed: Uint32Array.of(1, 2, 3, 4), secret: new Uint8Array(16) },
    parsed.manifest,
    0,
  );
  const log = new GuestLog(pino({ enabled: false }), "keys", "room", 0, { logBytesDropped: 0 } as never);
  return new HostCalls(state, new Outbox(), log);
}

// Three bytes each in UTF-8, one unit each in JavaScript.
const FITS = "€".repeat(Math.floor(MAX_KEY_BYTES / 3));
const TOO_LONG = `${FITS}€`;

test("the bound of a value's key counts bytes, not characters", () => {
  assert.equal(hostCalls().put(FITS, new Uint8Array(0)), "ok");
  assert.equal(hostCalls().put(TOO_LONG, new Uint8Array(0)), "valueBytes");
});

test("the bound of a listing pair counts bytes, not characters", () => {
  assert.equal(hostCalls().setListing(FITS, FITS), "ok");
  assert.equal(hostCalls().setListing(TOO_LONG, ""), "listingPairs");
  assert.equal(hostCalls().setListing("", TOO_LONG), "listingPairs");
});
