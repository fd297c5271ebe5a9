import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { createLogger, type LogOptions } from "./log.ts";

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({ level: "info", write: (line) => lines.push(line), ...options });
  return { log, lines };
}

test("a line is JSON with its level, time, message and fields", () => {
  const { log, lines } = capture({ fields: { shard: 3 } });
  log.info({ port: 7777 }, "listening");
  const { time, ...line } = JSON.parse(lines[0]!);
  assert.ok(!Number.isNaN(Date.parse(time)));
  assert.deepEqual(line, { level: "info", shard: 3, port: 7777, msg: "listening" });
});

test("lines under the level are not written", () => {
  const { log, lines } = capture({ level: "warn" });
  log.info("quiet");
  assert.deepEqual(lines, []);
});

test("secrets are not written, wherever they stand", () => {
  const { log, lines } = capture();
  const secret = "s3cr3t";
  const headers = { authorization: secret, cookie: secret };
  log.info(
    { token: secret, seat: secret, request: { resume: secret, headers } },
    `GET /v1?seat=${secret}&token=${secret}`,
  );
  assert.ok(!lines[0]!.includes(secret), lines[0]);
});

test("a guest's text cannot drive the terminal or reorder a line", () => {
  const hostile = "a\u001b[2J\u009b2J\u202eb\nc\u2028d\u007f";
  for (const pretty of [false, true]) {
    const { log, lines } = capture({ pretty });
    log.info({ guest: hostile }, hostile);
    const text = stripVTControlCharacters(lines[0]!.replace(/\n$/, ""));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not occur
    assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  }
});

test("escaping leaves the text of a JSON line as it was", () => {
  const { log, lines } = capture();
  log.info("\u009b\u202e\u2028");
  assert.equal(JSON.parse(lines[0]!).msg, "\u009b\u202e\u2028");
});

test("a readable line shows fields and an error's stack", () => {
  const { log, lines } = capture({ pretty: true });
  log.error({ err: new Error("boom"), shard: 1 }, "shard died");
  const text = stripVTControlCharacters(lines[0]!);
  assert.match(text, /error shard died shard=1\n {4}Error: boom\n {8}at /);
});
