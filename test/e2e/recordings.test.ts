/** Rooms of a running node are recorded, and replayed by a process of their own. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Outcome } from "@rockpool/runtime/cli/replay/verdict.js";
import { InputKind } from "@rockpool/runtime/journal/inputs.js";
import { JournalReader } from "@rockpool/runtime/journal/reader.js";
import { encodeFrame, readFrames } from "@rockpool/runtime/recording/frames.js";
import { readRecording } from "@rockpool/runtime/recording/recording.js";
import { rockpool } from "../harness/command.ts";
import { fixture, sample, sampleMessages } from "../harness/components.ts";
import { type TemporaryFolder, temporaryFolder } from "../harness/folder.ts";
import { freshName, type NodeUnderTest, startNode } from "../harness/node.ts";
import { script } from "../harness/script.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

const functions = {
  puppet: fixture("puppet", { grace: 30, emptyTtl: 3600, faults: 8 }),
  sleepy: fixture("puppet", { name: "sleepy", durability: "checkpoint", sleepAfter: 1, emptyTtl: 3600 }),
  arena: sample("arena"),
};

interface Listed {
  id: string;
  function: string;
  room: string;
  bytes: number;
  active: boolean;
}

async function listed(node: NodeUnderTest): Promise<Listed[]> {
  const { code, stdout, stderr } = await rockpool(["record", "--list", "--json", "--data", node.data]);
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as { recordings: Listed[] }).recordings;
}

async function record(node: NodeUnderTest, ...args: string[]): Promise<void> {
  const { code, stderr } = await rockpool(["record", ...args, "--data", node.data]);
  assert.equal(code, 0, stderr);
}

/** Waits until a room's recording is over, and fetches it; its file. */
async function fetched(node: NodeUnderTest, room: string, folder: TemporaryFolder): Promise<string> {
  const { id } = await until(`the end of the recording of ${room}`, async () =>
    (await listed(node)).find((one) => one.room === room && !one.active),
  );
  const file = join(folder.path, `${room}.rockrec`);
  await record(node, "--fetch", id, "--out", file);
  return file;
}

async function replayed(
  file: string,
  ...args: string[]
): Promise<Outcome & { code: number | null; notes: string }> {
  const { code, stdout, stderr } = await rockpool(["replay", file, "--json", ...args]);
  assert.ok(stdout !== "", stderr);
  return { ...(JSON.parse(stdout.trim().split("\n").at(-1)!) as Outcome), code, notes: stderr };
}

/** A match of the puppet with something of everything. */
async function eventfulMatch(node: NodeUnderTest, room: string): Promise<void> {
  const one = await node.join("puppet", room);
  await one.ask(
    script()
      .on("timer", script().put("t", "fired").random().tell("timer"))
      .on("drop", script().random().tell("drop"))
      .on("rejoin", script().tell("rejoin"))
      .on("leave", script().random().tell("leave"))
      .on("fault", script().random().tell("fault"))
      .on("tick", script().random())
      .listing("map", "cave")
      .broadcast("ready"),
  );
  one.play(script().setTimer(1, 30).setTimer(2, 60_000).tickRate(30));
  await one.textThat((text) => text.startsWith("timer 1"));
  const two = await node.join("puppet", room);
  two.play(script().put("k", "lost").random().trap());
  await one.textThat((text) => text.startsWith("fault"));
  two.vanish();
  await one.textThat((text) => text.startsWith("drop"));
  const { resume, epoch } = two.welcome;
  const again = await node.join(
    "puppet",
    room,
    `?resume=${encodeURIComponent(resume)}&received=0&epoch=${epoch}`,
  );
  await one.textThat((text) => text.startsWith("rejoin"));
  for (let n = 0; n < 50; n++)
    again.play(
      script()
        .put(`k${n % 7}`, String(n))
        .random()
        .grow(n === 3 ? 1 : 0),
    );
  await again.leave();
  await one.textThat((text) => text.startsWith("leave"));
  const third = await node.join("puppet", room);
  third.play(script().kick(0, "enough"));
  await third.closed;
}

onEveryShardCount({ functions }, (the) => {
  test("a recorded match of the puppet replays with the same state at every mark", async () => {
    using folder = temporaryFolder();
    const room = freshName();
    await record(the(), "puppet", room);
    await eventfulMatch(the(), room);
    await record(the(), "--stop", "puppet");
    const file = await fetched(the(), room, folder);
    const { code, status, marks, end } = await replayed(file);
    assert.deepEqual({ code, status, end }, { code: 0, status: "same", end: "stopped" });
    assert.ok(marks >= 1);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test("a recorded match of arena, to the room's end, replays with the same state at every mark", async () => {
    using folder = temporaryFolder();
    const room = freshName();
    await record(the(), "arena", room);
    const { encodeFromPlayer } = (await sampleMessages("arena")) as unknown as {
      encodeFromPlayer(message: object): Uint8Array;
    };
    const players = await Promise.all([1, 2, 3].map(() => the().join("arena", room)));
    for (let sequence = 1; sequence <= 40; sequence++) {
      for (const [n, player] of players.entries()) {
        player.send(encodeFromPlayer({ kind: "input", sequence, keys: (sequence * 7 + n * 3) % 32 }));
      }
      await players[0]!.nextData();
    }
    await the().admin.request("DELETE", "/admin/v1/functions/arena");
    const file = await fetched(the(), room, folder);
    await the().admin.deploy("arena", await functions.arena);
    const { code, status, end, time } = await replayed(file, "--component", await arenaFile(folder));
    assert.deepEqual({ code, status, end }, { code: 0, status: "same", end: "ended" });
    assert.ok(time > 0.5, `${time} s`);
  });

  test("rooms that nobody asked to record, or of another name, are not recorded", async () => {
    await record(the(), "puppet", "duel-*");
    const before = (await listed(the())).length;
    await the().join("puppet", freshName());
    await the().join("arena", freshName());
    assert.equal((await listed(the())).length, before);
    await record(the(), "--stop");
    await the().join("puppet", `duel-${freshName()}`);
    assert.equal((await listed(the())).length, before);
  });

  test("a room that was there before is not recorded", async () => {
    const room = freshName();
    await the().join("puppet", room);
    await record(the(), "puppet");
    await the().join("puppet", room);
    assert.ok((await listed(the())).every((one) => one.room !== room));
    await record(the(), "--stop");
  });

  test("recordings that have used up their bytes end, and what they have replays", async () => {
    using folder = temporaryFolder();
    const room = freshName();
    await record(the(), "puppet", room, "--max-bytes", "65536");
    const player = await the().join("puppet", room);
    for (let n = 0; n < 30; n++) player.play(script().put("k", "x".repeat(4_000)));
    const { end, status, code } = await replayed(await fetched(the(), room, folder));
    assert.deepEqual({ end, status, code }, { end: "bytes", status: "same", code: 0 });
    await the().join("puppet", `${room}-later`);
    assert.ok((await listed(the())).every((one) => one.room !== `${room}-later`));
    await record(the(), "--stop");
  });

  test("recordings end when their time is over", async () => {
    using folder = temporaryFolder();
    const room = freshName();
    await record(the(), "puppet", room, "--seconds", "1");
    const player = await the().join("puppet", room);
    await player.ask(script().broadcast("here"));
    const { end, status } = await replayed(await fetched(the(), room, folder));
    assert.deepEqual({ end, status }, { end: "time", status: "same" });
  });

  test("a recording ends when its room goes to sleep, since timers go on in a sleep by themselves", async () => {
    using folder = temporaryFolder();
    const room = freshName();
    await record(the(), "sleepy", room);
    const player = await the().join("sleepy", room);
    await player.ask(script().setTimer(1, 600_000).random());
    await player.leave();
    const { end, status } = await replayed(await fetched(the(), room, folder));
    assert.deepEqual({ end, status }, { end: "left", status: "same" });
    await record(the(), "--stop");
  });

  test("more than the node has room for is refused", async () => {
    const args = ["record", "puppet", "--max-bytes", "9000000000", "--data", the().data];
    const { code, stderr } = await rockpool(args);
    assert.equal(code, 1);
    assert.match(stderr, /recordings may take \d+ bytes more here, not 9000000000: remove recordings/);
  });

  test("a recording is removed, but not while it is being made", async () => {
    const room = freshName();
    await record(the(), "puppet", room);
    await the().join("puppet", room);
    const { id } = (await listed(the())).find((one) => one.room === room)!;
    const refused = await rockpool(["record", "--remove", id, "--data", the().data]);
    assert.match(refused.stderr, /still being recorded/);
    await record(the(), "--stop");
    await record(the(), "--remove", id);
    assert.ok((await listed(the())).every((one) => one.id !== id));
  });

  test("recordings cannot be read without the token, even on loopback", async () => {
    for (const path of ["recordings", "recordings/a-0-0", "components/x"]) {
      const response = await fetch(`${the().admin.url}/admin/v1/${path}`);
      assert.equal(response.status, 401, path);
    }
  });

  test("a recording of a shard that was killed is told of, and replays as far as it goes", async () => {
    using folder = temporaryFolder();
    const room = freshName();
    await record(the(), "puppet", `${room}*`);
    const player = await the().join("puppet", room);
    await player.ask(script().on("tick", script().random()).tickRate(20).broadcast("ready"));
    const { id, bytes } = (await listed(the())).find((one) => one.room === room)!;
    await until(
      "inputs in the file",
      async () => (await listed(the())).find((one) => one.id === id)!.bytes > bytes,
    );
    const { shards } = await the().admin.reading();
    for (const { pid } of shards) process.kill(pid!, "SIGKILL");
    await player.closed;
    await until("the shards' return", async () => {
      const reading = await the().admin.reading();
      return reading.ready && reading.shards.every(({ pid }, n) => pid !== shards[n]!.pid);
    });
    const { status, end, inputs, notes } = await replayed(await fetched(the(), room, folder));
    assert.deepEqual({ status, end }, { status: "same", end: null });
    assert.ok(inputs > 1);
    assert.match(notes, /does not end: it stops at input \d+/);
    const after = `${room}-again`;
    await the().join("puppet", after);
    assert.ok(
      (await listed(the())).some((one) => one.room === after),
      "the shard knows its rules again",
    );
    await record(the(), "--stop");
  });
});

async function arenaFile(folder: TemporaryFolder): Promise<string> {
  const file = join(folder.path, "arena.wasm");
  writeFileSync(file, await functions.arena);
  return file;
}

test("what is wrong with a recording is told", async (t) => {
  using folder = temporaryFolder();
  const node = await startNode({ functions });
  let file: string;
  try {
    await record(node, "puppet", "room");
    await eventfulMatch(node, "room");
    await record(node, "--stop");
    file = await fetched(node, "room", folder);
  } finally {
    await node.kill();
  }
  const whole = readFileSync(file);
  const changed = (bytes: Uint8Array): string => {
    const path = join(folder.path, `changed-${readdirSync(folder.path).length}.rockrec`);
    writeFileSync(path, bytes);
    return path;
  };

  await t.test("a flipped byte in an input is damage", async () => {
    const bytes = Buffer.from(whole);
    bytes[placeOfMessage(bytes)]! ^= 1;
    const { code, stderr } = await rockpool(["replay", changed(bytes)]);
    assert.equal(code, 1);
    assert.match(stderr, /checksum of the frame at byte \d+ does not match/);
  });

  await t.test("an input that was changed on purpose leads to another state", async () => {
    const bytes = Buffer.from(whole);
    bytes[placeOfMessage(bytes)]! ^= 1;
    const { code, status, difference, failure } = await replayed(changed(framedAgain(whole, bytes)));
    assert.equal(code, 1);
    assert.ok(status === "differs" ? difference!.input > 1 : failure!.input > 1);
  });

  await t.test("a torn tail is left out", async () => {
    const path = changed(whole);
    truncateSync(path, whole.length - 5);
    const { code, status, torn, notes } = await replayed(path);
    assert.deepEqual({ code, status, torn }, { code: 0, status: "same", torn: true });
    assert.match(notes, /torn at byte \d+: what follows input \d+ is left out/);
  });

  await t.test("another component is refused", async () => {
    const { code, stderr } = await rockpool(["replay", file, "--component", await arenaFile(folder)]);
    assert.equal(code, 1);
    assert.match(stderr, /is version \w{12}, and the recording is of version \w{12}; name the component/);
  });

  await t.test("a file that is no recording is refused", async () => {
    const { code, stderr } = await rockpool(["replay", await arenaFile(folder)]);
    assert.equal(code, 1);
    assert.match(stderr, /no frame of a recording/);
  });

  await t.test("--until stops at a moment and shows the state, --dump the inputs before it", async () => {
    const { stdout, code } = await rockpool(["replay", file, "--until", "0.05", "--dump"]);
    assert.equal(code, 0);
    assert.match(stdout, /^ +1 +0\.000 s {2}create/);
    assert.match(stdout, /message {2}player 1 {2}\d+ B {2}[0-9a-f]+/);
    assert.match(stdout, /players {4}1 \(1 received, 1 sent\)|players {4}1 \(2 received/);
    assert.match(stdout, /memory {5}\d+ B, sha256 [0-9a-f]{64}/);
  });

  await t.test("--dump without an end shows all inputs", async () => {
    const { stdout } = await rockpool(["replay", file, "--dump", "--json"]);
    const kinds = new Set(
      stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { kind?: string }).kind),
    );
    for (const kind of ["create", "join", "message", "tick", "timer", "drop", "rejoin", "leave", "fault"]) {
      assert.ok(kinds.has(kind), kind);
    }
  });
});

/** Where a byte of a message stands that the room's last state depends on: of the last value that `k0` was given. */
function placeOfMessage(bytes: Buffer): number {
  const { stretches } = readRecording(bytes);
  let place = -1;
  for (const { slices } of stretches) {
    for (const slice of slices) {
      const reader = new JournalReader(slice);
      while (reader.next()) {
        const at = reader.kind === InputKind.Message ? Buffer.from(reader.data).indexOf("\x02k0") : -1;
        // Behind the key and the length of the value.
        if (at >= 0) place = reader.data.byteOffset - bytes.byteOffset + at + 4;
      }
    }
  }
  assert.ok(place >= 0, "a message of the match puts k0");
  return place;
}

/** The changed bytes with checksums that fit, framed as the whole file is. */
function framedAgain(whole: Buffer, bytes: Buffer): Buffer {
  const { frames } = readFrames(whole);
  const again = frames.map(({ kind, payload }) => {
    const at = payload.byteOffset - whole.byteOffset;
    return encodeFrame(kind, bytes.subarray(at, at + payload.length));
  });
  return Buffer.concat(again);
}
