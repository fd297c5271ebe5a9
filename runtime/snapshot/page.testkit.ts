/** The example of docs/snapshots.md as values. */
import { ByteWriter } from "../bytes/writer.ts";
import { Journal, type JournalSlice } from "../journal/journal.ts";
import { writeGlobals } from "./globals.ts";
import { writeHostState } from "./hostStateCodec.ts";
import { beginRecord, endRecord } from "./record.ts";
import { hostState } from "./snapshot.testkit.ts";

/** The snapshot that the page spells out. */
export function exampleRecord(): Buffer {
  const out = new ByteWriter();
  const head = { function: "echo", room: "lobby", digest: `sha256:${"11".repeat(32)}`, pipeline: 2 };
  beginRecord(out, { ...head, kind: "delta", epoch: 1, number: 2, sequence: 300 });
  writeGlobals(out, [1_024, -1n]);
  out.varint(1);
  out
    .varint(4_096)
    .varint(4)
    .raw(Uint8Array.of(1, 2, 3, 4))
    .varint(0)
    .varint(0);
  writeHostState(
    out,
    hostState({
      nextPlayer: 2,
      timers: [{ id: 7, dueNs: 2_000 }],
      timeNs: 1_500,
      anchorNs: 1_000,
      fuel: 500,
    }),
  );
  endRecord(out);
  return out.copy();
}

/** The inputs that the page spells out. */
export function exampleInputs(): JournalSlice {
  const journal = new Journal(300);
  const start = journal.mark();
  journal.message(1_700, 1, Uint8Array.of(0xaa, 0xbb), 0);
  for (let n = 0; n < 200; n++) journal.tick();
  journal.timer(1_800, 7);
  return journal.since(start);
}
