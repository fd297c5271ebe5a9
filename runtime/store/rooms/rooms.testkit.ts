/** Snapshots and slices without a guest, for tests of what stores them. */
import { ByteWriter } from "../../bytes/writer.ts";
import { Journal, type JournalSlice } from "../../journal/journal.ts";
import { writeHostState } from "../../snapshot/hostStateCodec.ts";
import { beginRecord, endRecord, type Snapshot, type SnapshotKind } from "../../snapshot/record.ts";
import { hostState } from "../../snapshot/snapshot.testkit.ts";
import type { RoomKey } from "./keys.ts";

export const DIGEST = `sha256:${"ab".repeat(32)}`;

/** A snapshot whose memory holds `state` at its start. */
export function snapshotOf(
  { function: functionName, room }: RoomKey,
  number: number,
  sequence: number,
  kind: SnapshotKind = "full",
  state: Uint8Array = Uint8Array.of(number),
  fold = false,
): Snapshot {
  const out = new ByteWriter();
  const head = {
    kind,
    function: functionName,
    room,
    digest: DIGEST,
    pipeline: 2,
    epoch: 1,
    number,
    sequence,
  };
  beginRecord(out, head);
  out.varint(0).varint(Math.max(1, Math.ceil(state.length / 65_536)));
  out.varint(0).varint(state.length).raw(state).varint(0).varint(0);
  writeHostState(out, hostState({ fuel: sequence }));
  endRecord(out);
  return { kind, number, sequence, bytes: out.copy(), fold };
}

/** Inputs `first` to `last`, one timer each; the timer's id is the input's number. */
export function sliceOf(first: number, last: number): JournalSlice {
  const journal = new Journal(first - 1);
  const mark = journal.mark();
  for (let sequence = first; sequence <= last; sequence++) journal.timer(sequence, sequence);
  return journal.since(mark);
}
