/**
 * Arena's page: connects to the room named by `?room=` (default: lobby) of the node that served the page, sends
 * keys, and draws the pool. `rockpoolDebug` on the window shows tests what is known, and changes nothing.
 */
import { connect, type Room, type Seat } from "@rockpool/client";
import { Controls } from "./controls.ts";
import { byId, Hud } from "./hud.ts";
import { decodeToPlayer, encodeFromPlayer } from "./messages.ts";
import { Painter } from "./painter.ts";
import { Prediction } from "./prediction.ts";
import { type Creature, unpackRoster, unpackScene, unpackSnapshot } from "./snapshot.ts";
import { World } from "./world.ts";

const NAME_KEY = "arena-name";
const SEAT_KEY = "arena-seat";
const HUD_MS = 200;

const query = new URLSearchParams(location.search);
// Whatever someone types after ?room= becomes a name that a node takes: 1 to 63 of a-z, 0-9 and -.
const roomName =
  (query.get("room") ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .slice(0, 63) || "lobby";
const hud = new Hud();
const painter = new Painter(byId<HTMLCanvasElement>("pool"));
const nameField = byId<HTMLInputElement>("name");
let room: Room;
let world = new World(30);
let own = new Prediction();
let latency: number | null = null;
let sequence = 0;
let lastSnapshot = 0;

const controls = new Controls((keys) => {
  sendKeys(keys);
  byId("hint").classList.add("done");
});
controls.touch(byId("stick"), byId("dash"));

function sendKeys(keys: number): void {
  // What was pressed in an outage is over when it ends; the keys held then are sent with the WELCOME.
  if (room.state !== "open") return;
  sequence = (sequence + 1) & 0xffff;
  room.send(encodeFromPlayer({ kind: "input", sequence, keys }));
}

function sendName(): void {
  const name = nameField.value.trim().slice(0, 16);
  if (name !== "" && room.state === "open") room.send(encodeFromPlayer({ kind: "name", name }));
}

/** What an earlier load of this tab left; taken out, so that a copy of the tab does not take the seat from it. */
function keptSeat(): Seat | null {
  const kept = sessionStorage.getItem(SEAT_KEY);
  sessionStorage.removeItem(SEAT_KEY);
  return kept === null ? null : JSON.parse(kept);
}

function play(): void {
  hud.say("Diving in…");
  room = connect({ url: location.origin, function: "arena", room: roomName, seat: keptSeat() });
  room.on("welcome", ({ tickRate, resumed }) => {
    // A player who is back goes on where it was: the room tells the scene again, and this world still stands.
    if (!resumed || world.latest === undefined) {
      world = new World(tickRate);
      own = new Prediction();
    }
    hud.hush();
    hud.setAway(false);
    sendName();
    sendKeys(controls.keys);
  });
  room.on("resumed", ({ rolledBack }) => {
    if (rolledBack > 0) world.rewind();
  });
  room.on("message", receive);
  room.on("latency", (ms) => {
    latency = ms;
    hud.setLatency(ms);
  });
  room.on("reconnecting", () => {
    hud.setLatency(null);
    hud.setAway(true);
  });
  room.on("close", ({ reason }) => {
    hud.setAway(false);
    hud.say(`The game is over for you: ${reason}.`, true);
  });
}

function receive(bytes: Uint8Array): void {
  const message = decodeToPlayer(bytes);
  if (message.kind === "scene") world.setScene(unpackScene(message));
  if (message.kind === "roster") world.roster = unpackRoster(message);
  if (message.kind === "snapshot") {
    lastSnapshot = performance.now();
    world.add(unpackSnapshot(message), lastSnapshot);
    hud.ticked(lastSnapshot);
  }
}

/** Creatures to be drawn: others as they were, the player's own as it will be. */
function visible(now: number, seconds: number, mine: number | null): Creature[] {
  const known = mine === null ? undefined : world.latest?.creatures.get(mine);
  if (mine !== null && known) {
    const age = Math.min(now - lastSnapshot + (latency ?? 0), 150) / 1000;
    own.step(seconds, controls.keys, known, world.velocity(mine), age, world.scene);
  }
  return world
    .creaturesAt(now)
    .filter((creature) => !creature.gone)
    .map((creature) => {
      if (creature.slot !== mine || !known) return creature;
      const { x, y, faceX, faceY } = own;
      return { ...known, x, y, faceX, faceY };
    });
}

let lastFrame = performance.now();
function frame(now: number): void {
  const seconds = Math.min(0.1, Math.max(0, (now - lastFrame) / 1000));
  lastFrame = now;
  const mine = world.slotOf(room.player);
  painter.effects(world, world.takeEffects(), mine);
  painter.draw(world, visible(now, seconds, mine), mine, seconds, now / 1000);
  requestAnimationFrame(frame);
}

nameField.value = query.get("name") ?? localStorage.getItem(NAME_KEY) ?? "";
nameField.addEventListener("change", () => {
  localStorage.setItem(NAME_KEY, nameField.value);
  sendName();
});
nameField.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === "Escape") nameField.blur();
});
addEventListener("pagehide", () => {
  if (room.seat) sessionStorage.setItem(SEAT_KEY, JSON.stringify(room.seat));
});
hud.onAgain(play);
hud.setRoom(roomName);
play();
setInterval(() => hud.update(world, world.slotOf(room.player)), HUD_MS);
requestAnimationFrame(frame);

Object.defineProperty(window, "rockpoolDebug", {
  value: Object.freeze({
    get state() {
      return room.state;
    },
    get player() {
      return room.player;
    },
    get step() {
      return world.latest?.step ?? 0;
    },
    get latency() {
      return latency;
    },
    get tickRate() {
      return hud.tickRate;
    },
    get score() {
      const mine = world.slotOf(room.player);
      return mine === null ? 0 : (world.latest?.creatures.get(mine)?.score ?? 0);
    },
    /** Every creature as the room last told. */
    get creatures() {
      return [...(world.latest?.creatures.values() ?? [])].map(({ slot, x, y, score, gone }) => {
        const { player = 0, name = "", bot = true } = world.roster.get(slot) ?? {};
        return { slot, player, name, bot, x, y, score, gone };
      });
    },
  }),
});
