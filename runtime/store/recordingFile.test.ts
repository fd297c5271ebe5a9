import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { RecordingFile } from "./recordingFile.ts";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "rockpool-recording-"));
});
after(() => rmSync(folder, { recursive: true }));

function unexpected(error: Error): void {
  assert.fail(error);
}

test("what is appended stands in order", async () => {
  const path = join(folder, "order");
  const file = new RecordingFile(path, unexpected);
  file.append(Buffer.from("a"));
  file.append(Buffer.from("b"));
  file.append(Buffer.from("c"));
  await file.close();
  assert.equal(readFileSync(path, "utf8"), "abc");
  assert.deepEqual([file.bytes, file.pending], [3, 0]);
});

test("nobody but its owner can read the file", async () => {
  const path = join(folder, "mode");
  await new RecordingFile(path, unexpected).close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a file that is there already is not touched, and the failure told once", async () => {
  const path = join(folder, "taken");
  writeFileSync(path, "before");
  const failures: string[] = [];
  const file = new RecordingFile(path, (error) => failures.push((error as NodeJS.ErrnoException).code!));
  file.append(Buffer.from("x"));
  file.append(Buffer.from("y"));
  await file.close();
  assert.deepEqual(failures, ["EEXIST"]);
  assert.equal(readFileSync(path, "utf8"), "before");
});
