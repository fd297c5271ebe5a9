import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ArchivePages, LANDING_FOLDER, type PageSource, readFolder } from "./pages.ts";

const folder = mkdtempSync(join(tmpdir(), "rockpool-archives-"));
after(() => rmSync(folder, { recursive: true }));

function writeArchive(name: string, html: string): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ "index.html": Buffer.from(html).toString("base64") }));
  return file;
}

test("a new digest shows the new page at once", async () => {
  let source: PageSource = { digest: "sha256:1", pageFile: writeArchive("1", "one") };
  const pages = new ArchivePages(() => source);
  assert.equal(Buffer.from((await pages.file("f", "index.html"))!.body).toString(), "one");
  source = { digest: "sha256:2", pageFile: writeArchive("2", "two") };
  const file = (await pages.file("f", "index.html"))!;
  assert.equal(Buffer.from(file.body).toString(), "two");
  assert.equal(file.etag, '"sha256:2"');
});

test("a page is read from disk once, until many others were used", async () => {
  const file = writeArchive("cached", "cached");
  const pages = new ArchivePages((name) => ({ digest: name, pageFile: file }));
  await pages.file("first", "index.html");
  rmSync(file);
  assert.notEqual(await pages.file("first", "index.html"), null);
  writeArchive("cached", "changed");
  for (let i = 0; i < 20; i++) await pages.file(`other-${i}`, "index.html");
  assert.equal(Buffer.from((await pages.file("first", "index.html"))!.body).toString(), "changed");
});

test("an archive that cannot be read is tried again", async () => {
  const file = join(folder, "late");
  const pages = new ArchivePages(() => ({ digest: "sha256:late", pageFile: file }));
  await assert.rejects(pages.file("f", "index.html"), /ENOENT/);
  writeArchive("late", "late");
  assert.notEqual(await pages.file("f", "index.html"), null);
});

test("the landing page is found from the compiled code", () => {
  assert.equal(readFolder(LANDING_FOLDER).get("index.html")?.type, "text/html; charset=utf-8");
});
