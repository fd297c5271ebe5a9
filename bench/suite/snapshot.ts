/**
 * How long a snapshot holds its shard up: finding what has changed in a room's memory, copying it, and making
 * the record that the store gets. In this process, on a real guest's memory that has grown to the size, since the
 * pause is all there is: nothing else of a node runs meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import type { Guest } from "@rockpool/runtime/instance/guest.js";
import { LoadedImage } from "@rockpool/runtime/instance/loadedImage.js";
import { RoomGuest } from "@rockpool/runtime/instance/roomGuest.js";
import { Checkpoint } from "@rockpool/runtime/snapshot/checkpoint.js";
import type { HostState } from "@rockpool/runtime/snapshot/hostState.js";
import type { Bench, Run } from "../bench.ts";
import { build } from "../guests/build.ts";
import { mean, median, quantile } from "../measure/quantile.ts";

const MIB = 1_048_576;
const PAGE = 65_536;
const CHANGED_BYTES = 65_536;
/** Changes come in stretches of this size at random places, as those of many small objects do. */
const STRETCH_BYTES = 1_024;
/** Share of a large room's memory that its state fills before the first snapshot; the rest was never written. */
const FILLED = 0.5;

const HOST: HostState = {
  nextPlayer: 9,
  seats: [],
  timers: [],
  timeNs: 1e9,
  anchorNs: 1e9,
  tickRate: 20,
  random: Uint32Array.of(1, 2, 3, 4),
  secret: new Uint8Array(16),
  epoch: 0,
  values: [],
  listing: [],
  locked: false,
  fuel: 1e9,
  ticks: 20,
  dropped: 0,
  skipped: 0,
  faults: [],
  takenMs: 0,
  emptyMs: 0,
  addressKey: "",
};

interface Pauses {
  pauses: number[];
  /** Bytes of each record, of all kinds. */
  stored: number[];
  bytesHeld: number;
}

export const snapshot: Bench = {
  name: "snapshot",
  about: "the pause of a snapshot, and its size over the whole memory",
  async run({ quick, note }: Run) {
    const image = await loadImage();
    const count = quick ? 20 : 1_000;
    const sizes = { small: MIB, large: 16 * MIB };
    const results: Record<string, Pauses> = {};
    for (const [name, size] of Object.entries(sizes)) {
      note(`${count} snapshots of ${size / MIB} MiB with ${CHANGED_BYTES / 1024} KiB changed`);
      results[name] = changedRoom(image, size, count);
    }
    note(`${count} snapshots of idle echo rooms`);
    const idle = idleRooms(image, count);
    const { small, large } = results as { small: Pauses; large: Pauses };
    return {
      samples: count,
      metrics: {
        pauseP99Us: quantile(small.pauses, 0.99),
        pause16MiBP99Us: quantile(large.pauses, 0.99),
        bytesRatio: mean(small.stored) / sizes.small,
        pauseP50Us: median(small.pauses),
        pause16MiBP50Us: median(large.pauses),
        bytes16MiBRatio: mean(large.stored) / sizes.large,
        idlePauseP50Us: median(idle.pauses),
        idlePauseP99Us: quantile(idle.pauses, 0.99),
        idleRecordKB: median(idle.stored) / 1024,
        idleHeldKB: idle.bytesHeld / 1024,
      },
    };
  },
};

async function loadImage(): Promise<LoadedImage> {
  const folder = mkdtempSync(join(tmpdir(), "rockpool-bench-"));
  try {
    const component = await build("echo", { name: "echo" });
    const { info, wasm } = buildImage(component.bytes, DEFAULT_NODE_MAXIMA);
    const imageFile = join(folder, "image.wasm");
    writeFileSync(imageFile, wasm);
    return await LoadedImage.load({ info, imageFile }, "ahead");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checkpointOf({ info, pristineMemory }: LoadedImage): Checkpoint {
  const { digest, pipeline } = info;
  return new Checkpoint({ function: "echo", room: "room", digest, pipeline, pristine: pristineMemory });
}

/** A room whose memory changes at random places between snapshots, as the store would be given them. */
function changedRoom(image: LoadedImage, size: number, count: number): Pauses {
  const guest = image.make();
  guest.memory.grow((size - guest.bytes.length) / PAGE);
  const words = new Uint32Array(guest.bytes.buffer);
  for (let word = 0; word < words.length * FILLED; word++) words[word] = Math.random() * 2 ** 32;
  const checkpoint = checkpointOf(image);
  const pauses: number[] = [];
  const stored: number[] = [];
  checkpoint.takeRecord(guest, HOST, 0, 1);
  for (let n = 1; n <= count; n++) {
    change(guest);
    const start = performance.now();
    const { bytes } = checkpoint.takeRecord(guest, HOST, n, 1);
    pauses.push((performance.now() - start) * 1000);
    stored.push(bytes.length);
  }
  return { pauses, stored, bytesHeld: checkpoint.bytesHeld };
}

function change(guest: Guest): void {
  const { bytes } = guest;
  const places = (bytes.length * FILLED) / STRETCH_BYTES;
  for (let changed = 0; changed < CHANGED_BYTES; changed += STRETCH_BYTES) {
    const at = Math.floor(Math.random() * places) * STRETCH_BYTES;
    for (let i = 0; i < STRETCH_BYTES; i++) bytes[at + i]! += 1 + (i & 1);
  }
}

/** First snapshots of rooms that were created, joined and spoken to once. */
function idleRooms(image: LoadedImage, count: number): Pauses {
  const pauses: number[] = [];
  const stored: number[] = [];
  let held = 0;
  for (let n = 0; n < count; n++) {
    const guest = image.make();
    const room = new RoomGuest(guest);
    room.create(new Uint8Array(0));
    room.join(1, []);
    room.message(1, new Uint8Array(32), 0);
    const checkpoint = checkpointOf(image);
    const start = performance.now();
    const { bytes } = checkpoint.takeRecord(guest, HOST, 3, 1);
    pauses.push((performance.now() - start) * 1000);
    stored.push(bytes.length);
    held += checkpoint.bytesHeld;
  }
  return { pauses, stored, bytesHeld: held / count };
}
