/** The store on real disks: killed in the middle of commits, and full. */
import assert from "node:assert/strict";
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { LmdbRoomDatabase } from "@rockpool/runtime/store/rooms/lmdbDatabase.js";
import { type BatchOutcome, RoomStore } from "@rockpool/runtime/store/rooms/roomStore.js";
import { snapshotOf } from "@rockpool/runtime/store/rooms/rooms.testkit.js";
import { Randomness } from "../harness/randomness.ts";
import { endOf } from "./storedRoom.ts";
import { ROOMS } from "./writer.fixture.ts";

const FIXTURE = fileURLToPath(new URL("./writer.fixture.js", import.meta.url));
const KILLS = 12;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-killed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a writer until it has told so many times what is durable, and kills it. Returns what it told last. */
async function killedAfter(reports: number, at: string, seed: number): Promise<(number | null)[]> {
  const child = fork(FIXTURE, [at, String(seed)]);
  const exited = once(child, "exit");
  let last: (number | null)[] = [];
  let left = reports;
  child.on("message", (acknowledged) => {
    last = acknowledged as (number | null)[];
    if (--left === 0) child.kill("SIGKILL");
  });
  const [, signal] = await exited;
  assert.equal(signal, "SIGKILL", `seed ${seed}: the writer failed by itself`);
  return last;
}

test(`a process killed ${KILLS} times in the middle of commits keeps what it acknowledged`, async () => {
  const seed = Randomness.newSeed();
  const random = new Randomness(seed);
  const at = join(folder, "rooms");
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await killedAfter(1 + random.below(40), at, seed + kill);
    const store = new RoomStore(new LmdbRoomDatabase(at), () => undefined);
    for (const [n, room] of ROOMS.entries()) {
      const end = endOf(store.load({ function: "arena", room }));
      const told = acknowledged[n]!;
      assert.ok(
        told === null || (end !== null && end >= told),
        `seed ${seed}, kill ${kill}: ${end} of ${told}`,
      );
    }
    assert.equal(store.count("arena").rooms, [...store.rooms()].length);
    await store.close();
  }
});

function mountSmallDisk(at: string): boolean {
  mkdirSync(at);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", at], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("on a full disk a batch fails as such, what was acknowledged stays, and with space all goes on", async (t) => {
  const disk = join(folder, "disk");
  if (!mountSmallDisk(disk)) return t.skip("cannot mount a small disk here");
  const outcomes: BatchOutcome[] = [];
  const open = () => new RoomStore(new LmdbRoomDatabase(join(disk, "rooms")), (one) => outcomes.push(one));
  let store = open();
  try {
    const small = { function: "arena", room: "small" };
    const large = { function: "arena", room: "large" };
    store.save(small, snapshotOf(small, 1, 4));
    await store.flush();
    writeFileSync(join(disk, "filler"), Buffer.alloc(1_000_000));
    store.save(large, snapshotOf(large, 1, 1, "full", new Uint8Array(1_500_000).fill(5)));
    store.save(small, snapshotOf(small, 2, 9));
    await store.flush();
    const failed = outcomes.at(-1)!;
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["durable", "failed"],
    );
    assert.equal(failed.status === "failed" && failed.error.code, "disk-full");
    assert.deepEqual([endOf(store.load(small)), endOf(store.load(large))], [4, null]);

    rmSync(join(disk, "filler"));
    store.save(small, snapshotOf(small, 2, 9));
    await store.flush();
    assert.deepEqual([outcomes.at(-1)!.status, endOf(store.load(small))], ["durable", 9]);
    await store.close();
    store = open();
    assert.equal(endOf(store.load(small)), 9);
  } finally {
    await store.close();
    execFileSync("umount", ["-l", disk]);
  }
});
