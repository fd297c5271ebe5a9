/** The resuming conversation of docs/protocol.md, played by a fake node to the real client. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ACK_INTERVAL_MS, MAX_COUNT, ServerOp, UNACKNOWLEDGED_FRAMES } from "@rockpool/protocol";
import type { FakeConnection } from "./fakeserver.ts";
import { FakeServer } from "./fakeserver.ts";
import { bytes, join, messages } from "./room.fixture.ts";

const page = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
const LOST = "the connection is lost; ";

function resuming(): string[] {
  const blocks = [...page.matchAll(/```\n([^`]*)```/g)].map((match) => match[1]!.trimEnd().split("\n"));
  return blocks.find((lines) => lines.some((line) => line.startsWith(LOST)))!;
}

function bytesOf(line: string): number[] {
  const hex = /^[→←] ((?:[0-9a-f]{2} ?)+)/.exec(line)![1]!;
  return hex
    .trim()
    .split(" ")
    .map((byte) => Number.parseInt(byte, 16));
}

test("the client resumes as the protocol page says", async (context) => {
  const server = await FakeServer.start(context);
  const room = join(context, server);
  let connection: FakeConnection = await server.connection();
  let fresh = 0;
  for (const line of resuming()) {
    if (line.startsWith(LOST)) {
      connection.break();
      connection = await server.connection();
      assert.ok(connection.target.endsWith(line.slice(LOST.length).replace("{token}", "t1")), line);
    } else if (line.includes("WELCOME")) {
      const welcomed = new Promise((resolve) => room.once("welcome", resolve));
      connection.seated(JSON.parse(`{${/"resumed".*\}/.exec(line)![0]}`));
      await welcomed;
    } else if (line.startsWith("←")) {
      const [opcode, ...payload] = bytesOf(line);
      const arrived = opcode === ServerOp.Data ? messages(room, 1) : null;
      connection.send(opcode!, bytes(...payload));
      await arrived;
    } else {
      // The client sends again by itself; the page's own sends come once.
      const [opcode, ...payload] = bytesOf(line);
      if (opcode === 1 && payload[0]! > 0x60 + fresh) {
        fresh++;
        room.send(bytes(...payload));
      }
      assert.deepEqual([...(await connection.frame())], bytesOf(line), line);
    }
  }
});

test("the page's numbers of resuming are those of the code", () => {
  assert.ok(page.includes(`one ACK in ${ACK_INTERVAL_MS} ms`));
  assert.ok(page.includes(`keeps ${UNACKNOWLEDGED_FRAMES} unacknowledged ones`));
  assert.ok(page.includes(`at most ${MAX_COUNT.toLocaleString("en")} frames`));
});
