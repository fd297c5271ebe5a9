/**
 * How fast a recorded match runs again. A match of `arena`, ten minutes of room time at 30 Hz with eight players who each
 * send their keys 20 times a second beside its bots, is played on a machine without waiting, and recorded as a node
 * records it; then `rockpool replay` runs the file, in a process of its own, and compares every mark.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadMessages } from "@rockpool/build";
import { buildImage, DEFAULT_NODE_MAXIMA } from "@rockpool/runtime/image/pipeline.js";
import { LoadedImage } from "@rockpool/runtime/instance/loadedImage.js";
import { withComponent } from "@rockpool/runtime/recording/recording.js";
import { RoomHistory } from "@rockpool/runtime/room/durable/history.js";
import { NO_ROOM } from "@rockpool/runtime/room/durable/rollback.js";
import { Outbox } from "@rockpool/runtime/room/outbox.js";
import { RoomRecording } from "@rockpool/runtime/room/recording/roomRecording.js";
import { RoomMachine } from "@rockpool/runtime/room/roomMachine.js";
import { RoomState } from "@rockpool/runtime/room/roomState.js";
import { tickPeriodMs } from "@rockpool/runtime/room/ticker.js";
import { RecordingFile } from "@rockpool/runtime/store/recordingFile.js";
import { SILENT_LOG } from "@rockpool/runtime/telemetry/guestLog.js";
import type { Bench, Run } from "../bench.ts";
import { buildSample } from "../guests/build.ts";
import { median } from "../measure/quantile.ts";

const SECONDS = 600;
const QUICK_SECONDS = 60;
const PLAYERS = 8;
const INPUTS_PER_SECOND = 20;
const NS_PER_SECOND = 1e9;
const RUNS = 10;
const QUICK_RUNS = 2;
/** Bits of arena's keys: four directions and a dash. */
const KEYS = 32;

/** Seen from bench/dist/suite. */
const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const CLI = join(REPOSITORY, "runtime", "dist", "cli", "main.js");

interface Replayed {
  status: string;
  inputs: number;
  marks: number;
  speedup: number;
}

export const replay: Bench = {
  name: "replay",
  about: "how much faster than real time a recorded match is run again",
  async run({ quick, note }: Run) {
    const folder = mkdtempSync(join(tmpdir(), "rockpool-bench-"));
    try {
      const seconds = quick ? QUICK_SECONDS : SECONDS;
      note(`${seconds} s of arena with ${PLAYERS} players`);
      const file = join(folder, "match.rockrec");
      const bytes = await playMatch(file, seconds);
      const whole: number[] = [];
      const alone: number[] = [];
      let last: Replayed | null = null;
      for (let run = 0; run < (quick ? QUICK_RUNS : RUNS); run++) {
        const started = performance.now();
        last = await replayFile(file);
        whole.push((seconds * 1000) / (performance.now() - started));
        alone.push(last.speedup);
      }
      return {
        samples: whole.length,
        metrics: {
          speedup: median(whole),
          speedupWorst: Math.min(...whole),
          speedupRunAlone: median(alone),
          inputs: last!.inputs,
          marks: last!.marks,
          recordingKBPerMinute: bytes / 1024 / (seconds / 60),
        },
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Rejects when the match does not come out the same: then the figure would be of something else. */
async function replayFile(file: string): Promise<Replayed> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, "replay", file, "--json"]);
  return JSON.parse(stdout) as Replayed;
}

/** Plays and records a match; bytes of the recording without the component. */
async function playMatch(path: string, seconds: number): Promise<number> {
  const component = await buildSample("arena");
  const { info, wasm } = buildImage(component, DEFAULT_NODE_MAXIMA);
  const image = await LoadedImage.of(info, wasm, "ahead");
  const { manifest, digest, pipeline } = info;
  const seed = crypto.getRandomValues(new Uint32Array(4));
  const state = new RoomState({ name: "match", seed, secret: new Uint8Array(16) }, manifest, 0);
  const machine = new RoomMachine(state, image.make(), new Outbox(), SILENT_LOG);
  const source = { function: manifest.name, digest, pipeline, pristine: image.pristineMemory };
  const history = new RoomHistory(source, "match", null);
  const { journal } = history;
  const nobody = { kick() {}, endLater() {} };
  const messages = await loadMessages(join(REPOSITORY, "functions", "arena"));

  machine.create(new Uint8Array(0));
  journal.create(0, new Uint8Array(0));
  machine.apply(nobody);
  const file = new RecordingFile(path, (error) => {
    throw error;
  });
  const rule = { id: "bench", function: manifest.name, rooms: "*", until: 0, bytes: 0 };
  const header = {
    function: manifest.name,
    room: "match",
    digest,
    pipeline,
    limits: manifest.limits,
    seed,
    startedAt: Date.now(),
  };
  const room = { machine, history, suspended: false };
  const recording = new RoomRecording("bench", rule, room, header, file, () => {});
  const seats = Array.from({ length: PLAYERS }, () => {
    const { seat } = machine.join(NO_ROOM);
    journal.join(state.time.ns, seat.player, []);
    machine.apply(nobody);
    return seat;
  });
  const inputEvery = NS_PER_SECOND / INPUTS_PER_SECOND;
  // Players send at moments of their own, so that inputs fall between ticks as they do in play.
  const due = seats.map((_, n) => Math.round((n / PLAYERS) * inputEvery));
  const sequences = seats.map(() => 0);
  let second = 0;
  while (state.time.ns < seconds * NS_PER_SECOND) {
    const nextTick = state.time.nextTickNs;
    const first = due.indexOf(Math.min(...due));
    if (due[first]! < nextTick) {
      state.time.moveTo(Math.max(state.time.ns, due[first]!));
      due[first]! += inputEvery;
      const sequence = ++sequences[first]! % 65_536;
      const keys = Math.floor(Math.random() * KEYS);
      const bytes = messages.encodeFromPlayer!({ kind: "input", sequence, keys });
      const seat = seats[first]!;
      machine.message(seat, bytes, 0);
      journal.message(state.time.ns, seat.player, bytes, 0);
    } else {
      state.time.tick(0);
      machine.tick(tickPeriodMs(state.tickRate));
      journal.tick();
    }
    machine.apply(nobody);
    if (state.time.ns >= (second + 1) * NS_PER_SECOND) {
      second++;
      recording.proceed();
      journal.truncate(journal.mark());
      // As often as a node does, and so that the file is written meanwhile.
      await new Promise(setImmediate);
    }
  }
  recording.end("ended", true);
  await recording.close();
  const bytes = readFileSync(path);
  writeFileSync(path, withComponent(bytes, component));
  return bytes.length;
}
