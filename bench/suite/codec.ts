/**
 * Typed messages against msgpackr on the same values, as a page would use them: msgpackr with shared record
 * structures, its fastest and smallest way. Ratios are msgpackr's time over ours, each the lowest of all kinds of
 * message. Values differ from call to call, for a codec that saw one value again and again would be flattered.
 */
import { fileURLToPath } from "node:url";
import { loadMessages } from "@rockpool/build";
import { Packr } from "msgpackr";
import type { Bench, Run } from "../bench.ts";
import { interleave, ratios } from "../measure/interleave.ts";
import { mean, median } from "../measure/quantile.ts";

const VALUES = 64;

/** One codec for one kind of message. */
interface Side {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

interface Kind {
  name: string;
  values: unknown[];
  ours: Side;
}

/** What the slices compute goes here, so that no optimiser may leave it out. */
let sink = 0;

export const codec: Bench = {
  name: "codec",
  about: "encoding and decoding of typed messages over msgpackr on the same data",
  async run({ quick, note }: Run) {
    const arena = await loadMessages(fileURLToPath(new URL("../../../functions/arena", import.meta.url)));
    const fromRoom: Side = { encode: arena.encodeToPlayer!, decode: arena.decodeToPlayer! };
    const fromPlayer: Side = { encode: arena.encodeFromPlayer!, decode: arena.decodeFromPlayer! };
    const kinds: Kind[] = [
      { name: "snapshot", values: many(snapshot), ours: fromRoom },
      { name: "roster", values: many(roster), ours: fromRoom },
      { name: "input", values: many(input), ours: fromPlayer },
    ];
    const rounds = quick ? 3 : 21;
    const sliceMs = quick ? 5 : 40;
    const metrics: Record<string, number> = {};
    const lowest = { encode: Number.POSITIVE_INFINITY, decode: Number.POSITIVE_INFINITY };
    for (const { name, values, ours } of kinds) {
      const packr = new Packr({ structures: [] });
      const sides = {
        ours,
        msgpackr: { encode: (v: unknown) => packr.pack(v), decode: (b: Uint8Array) => packr.unpack(b) },
      };
      const bytes = {
        ours: values.map((value) => sides.ours.encode(value).slice()),
        msgpackr: values.map((value) => Uint8Array.from(sides.msgpackr.encode(value))),
      };
      for (const what of ["encode", "decode"] as const) {
        const run = (side: "ours" | "msgpackr"): (() => void) => {
          const { encode, decode } = sides[side];
          if (what === "decode") return () => decodeAll(decode, bytes[side]);
          return () => encodeAll(encode, values);
        };
        const work = { ours: run("ours"), msgpackr: run("msgpackr") };
        for (const side of ["ours", "msgpackr"] as const) await nsPerValue(work[side], sliceMs * 5);
        const slices = await interleave(["ours", "msgpackr"], rounds, (side) =>
          nsPerValue(work[side], sliceMs),
        );
        const ratio = median(ratios(slices.msgpackr, slices.ours));
        note(
          `${what} ${name}: ${median(slices.ours).toFixed(0)} ns, msgpackr ${median(slices.msgpackr).toFixed(0)} ns`,
        );
        lowest[what] = Math.min(lowest[what], ratio);
        metrics[`${what}${name[0]!.toUpperCase()}${name.slice(1)}Ratio`] = ratio;
      }
      metrics[`${name}SizeRatio`] = meanSize(bytes.msgpackr) / meanSize(bytes.ours);
    }
    if (sink === 0) throw new Error("nothing was encoded or decoded");
    return {
      samples: rounds * kinds.length,
      metrics: { encodeRatio: lowest.encode, decodeRatio: lowest.decode, ...metrics },
    };
  },
};

function encodeAll(encode: Side["encode"], values: readonly unknown[]): void {
  for (const value of values) sink += encode(value).length;
}

function decodeAll(decode: Side["decode"], messages: readonly Uint8Array[]): void {
  for (const bytes of messages) sink += decode(bytes) === null ? 1 : 2;
}

/** Runs `work`, which is for all values, for `ms` milliseconds. */
async function nsPerValue(work: () => void, ms: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  let now = start;
  for (; now - start < ms; now = performance.now()) {
    work();
    count += VALUES;
  }
  return ((now - start) * 1e6) / count;
}

function meanSize(messages: readonly Uint8Array[]): number {
  return mean(messages.map(({ length }) => length));
}

/** Weyl sequence: spread evenly, and the same in every run. */
let weyl = 0;
function below(limit: number): number {
  weyl = (weyl + 0.618_033_988_75) % 1;
  return Math.floor(weyl * limit);
}

function many<T>(make: () => T): T[] {
  return Array.from({ length: VALUES }, make);
}

function snapshot(): unknown {
  const creatures = Array.from({ length: 16 }, (_, slot) => ({
    slot,
    x: below(51_200),
    y: below(32_000),
    faceX: below(255) - 127,
    faceY: below(255) - 127,
    dashing: below(8) === 0,
    stunned: below(8) === 0,
    shielded: below(4) === 0,
    gone: below(16) === 0,
    shells: below(4),
    rest: below(256),
    score: below(300),
    sequence: below(65_536),
  }));
  const whats = ["pearlAppeared", "pearlTaken", "hit", "dashed"];
  const events = Array.from({ length: below(4) }, () => ({
    what: whats[below(4)],
    a: below(64),
    b: below(16),
    x: below(51_200),
    y: below(32_000),
  }));
  return { kind: "snapshot", step: below(1_000_000), creatures, events };
}

function roster(): unknown {
  const names = ["Limpet", "Whelk", "Nerite", "Cockle", "Urchin", "Anemone", "Player 1234", "Björk"];
  const residents = Array.from({ length: 16 }, (_, slot) => ({
    slot,
    player: below(3) === 0 ? null : below(100_000),
    name: names[below(names.length)],
  }));
  return { kind: "roster", residents };
}

function input(): unknown {
  return { kind: "input", sequence: below(65_536), keys: below(32) };
}
