import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { FrontSetup } from "../front.ts";
import { readFolder } from "../pages.ts";
import { startFront, TRANSPORTS } from "../testing/frontUnderTest.ts";

const folder = mkdtempSync(join(tmpdir(), "rockpool-pages-"));
after(() => rmSync(folder, { recursive: true }));
const archive = join(folder, "archive.json");
const base64 = (text: string) => Buffer.from(text).toString("base64");
writeFileSync(
  archive,
  JSON.stringify({
    "index.html": base64("<h1>arena</h1>"),
    "js/game.js": base64("let a;"),
    "a.bin": base64("x"),
  }),
);
const landingFolder = join(folder, "landing");
mkdirSync(landingFolder);
writeFileSync(join(landingFolder, "index.html"), "<h1>landing</h1>");
writeFileSync(join(landingFolder, "style.css"), "h1 {}");

const pages: Partial<FrontSetup> = {
  landing: readFolder(landingFolder),
  functions: {
    list: () => [{ name: "arena", kind: "room", version: "sha256:aa", page: true, players: 3, rooms: 1 }],
    page: (name) => {
      if (name === "arena") return { digest: "sha256:aa", pageFile: archive };
      return name === "echo" ? { digest: "sha256:bb", pageFile: null } : null;
    },
  },
};

for (const transport of TRANSPORTS) {
  test(`over ${transport}, /v1/functions lists what is deployed`, async () => {
    await using running = await startFront(transport, {}, pages);
    const response = await fetch(`http://127.0.0.1:${running.ports.port}/v1/functions`);
    assert.deepEqual(await response.json(), [
      { name: "arena", kind: "room", version: "sha256:aa", page: true, players: 3, rooms: 1 },
    ]);
  });

  test(`over ${transport}, the landing page and pages of functions have types, policy and etag`, async () => {
    await using running = await startFront(transport, {}, pages);
    const base = `http://127.0.0.1:${running.ports.port}`;
    const expected: [path: string, type: string, text: string][] = [
      ["/", "text/html; charset=utf-8", "<h1>landing</h1>"],
      ["/style.css", "text/css; charset=utf-8", "h1 {}"],
      ["/play/arena/", "text/html; charset=utf-8", "<h1>arena</h1>"],
      ["/play/arena/js/game.js", "text/javascript; charset=utf-8", "let a;"],
      ["/play/arena/a.bin", "application/octet-stream", "x"],
    ];
    for (const [path, type, text] of expected) {
      const response = await fetch(base + path);
      assert.equal(response.headers.get("content-type"), type, path);
      assert.match(response.headers.get("content-security-policy") ?? "", /script-src 'self'/);
      assert.equal(await response.text(), text);
      const etag = response.headers.get("etag") ?? "";
      const again = await fetch(base + path, { headers: { "if-none-match": etag } });
      assert.equal(again.status, 304, path);
    }
  });

  test(`over ${transport}, pages that are not there get 404, whatever the path tries`, async () => {
    await using running = await startFront(transport, {}, pages);
    const { port } = running.ports;
    const paths = [
      "/play/echo/",
      "/play/none/",
      "/play/arena/none.js",
      "/play/arena/%2e%2e/archive.json",
      "/play/arena/../../etc/passwd",
      "/play/arena/__proto__",
      "/play/__proto__/index.html",
      "/../archive.json",
    ];
    for (const path of paths) assert.equal(await rawStatus(port, path), 404, path);
    assert.equal(await rawStatus(port, "/play/arena/a%2fb"), 400);
  });

  test(`over ${transport}, /play/arena is sent on to /play/arena/ with its query`, async () => {
    await using running = await startFront(transport, {}, pages);
    const address = `http://127.0.0.1:${running.ports.port}/play/arena?room=x`;
    const response = await fetch(address, { redirect: "manual" });
    assert.equal(response.status, 308);
    assert.equal(response.headers.get("location"), "/play/arena/?room=x");
  });
}

/** The status for a path sent as it is; `fetch` would tidy it up first. */
function rawStatus(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    });
    socket.on("error", reject);
    socket.once("data", (data) => {
      resolve(Number(data.toString().split(" ")[1]));
      socket.destroy();
    });
  });
}
