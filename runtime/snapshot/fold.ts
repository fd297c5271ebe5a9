/**
 * Makes one full record of a full one and the deltas after it, without the image: later runs lie over earlier
 * ones. The store does this on its own thread, where it holds up nobody.
 */
import { DamagedRecord } from "../bytes/damage.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { BLOCK_BYTES } from "../instance/pristineMemory.ts";
import { writeGlobals } from "./globals.ts";
import { writeHostState } from "./hostStateCodec.ts";
import { eachRun } from "./memoryRuns.ts";
import { beginRecord, checkLink, type DecodedSnapshot, endRecord } from "./record.ts";

/**
 * The chain as one record, with the number of its last.
 * @throws DamagedRecord `out-of-place` when the records do not follow each other
 */
export function foldChain(chain: readonly DecodedSnapshot[]): Buffer {
  const last = chain.at(-1);
  if (last === undefined) throw new DamagedRecord("out-of-place", "there is no snapshot");
  const memory = Buffer.alloc(last.memorySize);
  const written = Buffer.alloc(last.memorySize);
  for (const [i, { bytes, runsAt }] of chain.entries()) {
    checkLink(chain[i]!, chain[i - 1]);
    eachRun(new ByteReader(bytes, runsAt), last.memorySize, (at, run) => {
      memory.set(run, at);
      written.fill(1, at, at + run.length);
    });
  }
  const out = new ByteWriter();
  beginRecord(out, { ...last, kind: "full" });
  writeGlobals(out, last.globals);
  out.varint(last.memorySize / BLOCK_BYTES);
  writeWritten(out, memory, written);
  writeHostState(out, last.host);
  endRecord(out);
  return out.take();
}

function writeWritten(out: ByteWriter, memory: Buffer, written: Buffer): void {
  let last = 0;
  for (let start = written.indexOf(1); start >= 0; start = written.indexOf(1, last)) {
    const gap = written.indexOf(0, start);
    const end = gap < 0 ? written.length : gap;
    out
      .varint(start - last)
      .varint(end - start)
      .raw(memory, start, end - start);
    last = end;
  }
  out.varint(0).varint(0);
}
