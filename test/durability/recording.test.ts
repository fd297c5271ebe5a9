/**
 * Random callbacks on a live room, recorded: whatever happened to it, its recording leads a machine that never had a
 * socket or a clock to the same state.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientOp, CloseCode } from "@rockpool/protocol";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { DeployedFunction } from "@rockpool/runtime/instance/functions.js";
import { readRecording } from "@rockpool/runtime/recording/recording.js";
import { Acks } from "@rockpool/runtime/room/acks.js";
import { Arrears } from "@rockpool/runtime/room/arrears.js";
import { Clock, monotonicMs } from "@rockpool/runtime/room/clock.js";
import { Durability } from "@rockpool/runtime/room/durable/durability.js";
import { RoomMeters } from "@rockpool/runtime/room/meters.js";
import { Recorder } from "@rockpool/runtime/room/recording/recorder.js";
import { RecordedMatch } from "@rockpool/runtime/room/recording/rerun.js";
import type { Room } from "@rockpool/runtime/room/room.js";
import { RoomMaker, type WarmFunction, warm } from "@rockpool/runtime/room/roomMaker.js";
import type { PlayerSeat } from "@rockpool/runtime/room/seat.js";
import { Turns } from "@rockpool/runtime/room/turn.js";
import { recordingPath } from "@rockpool/runtime/store/recordings.js";
import { fixture } from "../harness/components.ts";
import { Randomness } from "../harness/randomness.ts";
import { type Script, script } from "../harness/script.ts";

const PROGRAMS = 60;
const STEPS = 80;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const KEYS = ["a", "b", "c"];

let folder: string;
let of: WarmFunction;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-recordings-"));
  const component = await fixture("puppet", { grace: 30, emptyTtl: 3600, faults: 1_000, tickRate: 20 });
  const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
  const imageFile = join(folder, "image");
  writeFileSync(imageFile, wasm);
  const deployed = new DeployedFunction({ info, imageFile, pageFile: null, deployedAt: 0 }, () => {});
  await deployed.load("ahead");
  of = warm(deployed)!;
});
after(() => rmSync(folder, { recursive: true }));

/** A connection that takes everything, until it is lost or closed. */
class Link {
  open = true;
  seat: PlayerSeat | null = null;

  send(): void {}

  close(): void {
    this.lose();
  }

  lose(): void {
    if (!this.open) return;
    this.open = false;
    this.seat?.lost(this);
  }
}

/** A shard's surroundings without a shard, and a room in them that is recorded. */
class Stage {
  readonly recorder: Recorder;
  readonly room: Room;
  readonly #clock = new Clock();
  readonly #acks = new Acks();
  readonly #durability: Durability;
  readonly #links = new Set<Link>();
  /** Ahead of the real clock: random time passes between callbacks. */
  #now = monotonicMs();

  constructor(rule: string) {
    const around = { clock: this.#clock, meters: new RoomMeters(), logger: SILENT };
    this.#durability = new Durability(null, 500, around);
    this.recorder = new Recorder({ folder, shard: 0, shards: 1, clock: this.#clock, logger: SILENT });
    const until = Date.now() + 3_600_000;
    this.recorder.setRules([{ id: rule, function: "puppet", rooms: "*", until, bytes: 1e9 }]);
    const maker = new RoomMaker(
      {
        ...around,
        shard: 0,
        turns: new Turns(),
        acks: this.#acks,
        durability: this.#durability,
        recorder: this.recorder,
        arrears: new Arrears(),
        tickShareMs: 1000,
      },
      () => {},
    );
    this.room = maker.make(of, "room", "");
    assert.equal(this.room.create(script().random().put("a", "b").bytes).status, "done");
  }

  step(random: Randomness): void {
    const { room } = this;
    const seats = room.state.seats.all().filter(({ leaving }) => leaving === null);
    const seat = seats[random.below(Math.max(1, seats.length))];
    const kind = random.below(12);
    if (kind === 0 && seats.length < 5) this.#join();
    else if (kind === 1) room.record.snapshot(null);
    else if (kind === 2 && seat !== undefined) seat.leave();
    else if (kind === 3 && seat !== undefined) this.#linkOf(seat)?.lose();
    else if (kind === 4 && seat?.link === null) this.#resume(seat);
    else if (kind < 8) this.#pass(random.below(200));
    else if (seat !== undefined) seat.receive(frame(randomScript(random, 4)));
  }

  /** Everything that room and recorder wait for has happened. */
  async close(): Promise<void> {
    await this.recorder.close();
    this.#clock.stop();
    this.#acks.stop();
    await this.#durability.close();
  }

  #join(): void {
    const link = new Link();
    const outcome = this.room.join(link, () => {});
    if (!outcome.joined) return;
    link.seat = outcome.seat;
    this.#links.add(link);
  }

  #resume(seat: PlayerSeat): void {
    const link = new Link();
    link.seat = seat;
    this.#links.add(link);
    this.room.resume(seat, link, 0, () => {});
  }

  #linkOf(seat: PlayerSeat): Link | undefined {
    return [...this.#links].find((link) => link.open && link.seat === seat);
  }

  #pass(ms: number): void {
    this.#now = Math.max(this.#now, monotonicMs()) + ms;
    this.room.schedule.run(this.#now);
  }
}

function frame(of: Script): Uint8Array {
  return Buffer.concat([Uint8Array.of(ClientOp.Data), of.bytes]);
}

function randomScript(random: Randomness, length: number): Script {
  const made = script();
  const key = (): string => KEYS[random.below(KEYS.length)]!;
  const steps: ((on: Script) => Script)[] = [
    (on) => on.put(key(), "x".repeat(random.below(300))),
    (on) => on.delete(key()),
    (on) => on.random(),
    (on) => on.setTimer(random.below(4), random.below(300)),
    (on) => on.clearTimer(random.below(4)),
    (on) => on.tickRate([0, 10, 30, 128][random.below(4)]!),
    (on) => on.listing(key(), key()),
    (on) => on.lock(random.below(2) === 0),
    (on) => on.now(),
    (on) => on.broadcast("b"),
    (on) => on.kick(random.below(6), "out"),
    (on) => on.grow(random.below(8) === 0 ? 1 : 0),
    (on) => on.on("tick", script().random().put("tick", key())),
    (on) => on.on("timer", random.below(2) === 0 ? script().random().broadcast("t") : script().trap()),
    (on) => on.on("leave", script().random().now()),
    (on) => on.on("drop", random.below(3) > 0 ? script().random() : script().random().trap()),
    (on) => on.on("rejoin", script().put("back", key())),
    (on) => on.on("fault", script().random().put("fault", key())),
    (on) => (random.below(3) === 0 ? on.trap() : on),
  ];
  for (let n = random.below(length + 1); n > 0; n--) steps[random.below(steps.length)]!(made);
  return made;
}

test("whatever happens to a room, its recording leads to the same state", async () => {
  const seed = Randomness.newSeed();
  const kinds = new Set<string>();
  for (let program = 0; program < PROGRAMS; program++) {
    const context = `seed ${seed}, program ${program}`;
    const random = new Randomness(seed + program);
    const rule = `p${program}`;
    const stage = new Stage(rule);
    for (let n = 0; n < STEPS && stage.room.open; n++) {
      stage.step(random);
      // A rollback that takes more than a slice goes on by the clock.
      while (stage.room.busy) await new Promise(setImmediate);
    }
    if (random.below(2) === 0) stage.room.end(CloseCode.Draining, "over");
    await stage.close();
    const recording = readRecording(readFileSync(recordingPath(folder, `${rule}-0-0`)));
    assert.deepEqual(recording.tail, { status: "whole" }, context);
    const match = new RecordedMatch(recording, of.image);
    const rerun = match.run(Number.POSITIVE_INFINITY, ({ kind }) => kinds.add(String(kind)));
    const marks = recording.stretches.filter(({ mark }) => mark !== null).length;
    assert.ok(marks > 0, context);
    assert.deepEqual(rerun, { status: "same", marks }, context);
    assert.equal(match.sequence, recording.sequence, context);
    if (stage.room.open) stage.room.suspend(CloseCode.Draining, "over");
  }
  assert.equal(kinds.size, 10, `seed ${seed}: every kind of input but host's was recorded: ${[...kinds]}`);
});
