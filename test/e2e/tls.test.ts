import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Moved } from "@rockpool/protocol";
import { writeCertificate } from "../harness/certificate.ts";
import { rockpool } from "../harness/command.ts";
import { sample } from "../harness/components.ts";
import { temporaryFolder } from "../harness/folder.ts";
import { freshName, nodeFlags } from "../harness/node.ts";
import { Player } from "../harness/player.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const folder = temporaryFolder();
const { cert, key } = writeCertificate(folder.path);
const ca = readFileSync(cert);
const flags = ["--tls-cert", cert, "--tls-key", key];

after(() => folder.remove());

onEveryShardCount({ functions: { echo: sample("echo") }, flags }, (the, shards) => {
  test("a message comes back over wss, with a certificate that is checked", async () => {
    const player = await the().join("echo", freshName(), "", { ca });
    player.send("secret");
    assert.equal(await player.nextText(), "secret");
    const secure = shards === 1 ? [] : (player.welcome.shards ?? []);
    for (const url of secure) assert.match(url, /^wss:/);
    await player.leave();
  });

  test("MOVED leads to another wss address", async () => {
    const room = the().nameOn("echo", shards - 1);
    if (shards === 1) return;
    const { json } = await new Player(the().roomUrl("echo", room, { shard: 0 }), { ca }).nextJson<Moved>();
    assert.match(json.url, /^wss:/);
    await (await new Player(json.url, { ca }).welcomed()).leave();
  });

  test("HTTP is served over TLS", async () => {
    const body = await new Promise<string>((resolve, reject) => {
      get(`${the().url}/v1/ping`, { ca }, (response) => {
        response.setEncoding("utf8");
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve(text));
      }).on("error", reject);
    });
    assert.deepEqual(JSON.parse(body), { node: "tested" });
  });

  test("a client that does not speak TLS gets nowhere, and the node goes on", async () => {
    const plain = new Player(the().roomUrl("echo", freshName()).replace("wss", "ws"));
    assert.equal((await plain.closed).code, 1006);
    await (await the().join("echo", freshName(), "", { ca })).leave();
  });
});

test("a certificate that is no certificate is refused with a message that says so", async () => {
  const junk = join(folder.path, "junk.pem");
  writeFileSync(junk, "no certificate");
  for (const [certFile, keyFile] of [
    [junk, key],
    [cert, junk],
    [join(folder.path, "absent.pem"), key],
  ] as const) {
    const data = join(folder.path, "data");
    const { code, stderr } = await rockpool([
      "start",
      ...nodeFlags(data),
      "--tls-cert",
      certFile,
      "--tls-key",
      keyFile,
    ]);
    assert.equal(code, 1);
    assert.ok(
      stderr.includes(certFile) || stderr.includes(keyFile) || /certificate|TLS/i.test(stderr),
      stderr,
    );
  }
});
