import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { readResumeToken, resumeToken } from "./resumeToken.ts";

const secret = randomBytes(16);

test("a token tells its room the player and the serial number", () => {
  const token = resumeToken(secret, 7, 3);
  assert.deepEqual(readResumeToken(secret, token), { player: 7, serial: 3 });
});

test("a token is of no use in another room", () => {
  assert.equal(readResumeToken(randomBytes(16), resumeToken(secret, 7, 3)), null);
});

test("no token can be changed into another player's", () => {
  const token = Buffer.from(resumeToken(secret, 7, 3), "base64url");
  for (let bit = 0; bit < token.length * 8; bit++) {
    const forged = Buffer.from(token);
    forged[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(readResumeToken(secret, forged.toString("base64url")), null, `bit ${bit}`);
  }
});

test("text that is no token is refused", () => {
  for (const text of ["", "a", "=".repeat(32), "ä".repeat(32), "A".repeat(33)]) {
    assert.equal(readResumeToken(secret, text), null);
  }
});
