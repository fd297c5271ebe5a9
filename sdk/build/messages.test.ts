import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseSchema } from "@rockpool/messages";
import { Refused } from "@rockpool/messages/wire";
import { assemblySide, mutated, Random, randomSchema, randomValue } from "./messages.fixture.ts";
import { importMessages } from "./messagesmodule.ts";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const SCHEMAS = Number(process.env.SCHEMAS ?? 5);
const VALUES = 300;
const MUTANTS = 2000;

for (let round = 0; round < SCHEMAS; round++) {
  const seed = SEED + round;
  describe(`a random schema (SEED=${seed})`, async () => {
    const random = new Random(seed);
    const source = randomSchema(random);
    const schema = parseSchema(source);
    const types = [...schema.records, ...schema.unions].map(({ name }) => name);
    const ts = await importMessages(schema);
    const as = await assemblySide(source, types);
    const encode = (type: string, value: unknown): Uint8Array => ts[`encode${type}`]!(value);
    const decode = (type: string, bytes: Uint8Array): unknown => ts[`decode${type}`]!(bytes);
    const isRefused = (value: unknown): boolean =>
      typeof value === "object" && value !== null && value.constructor.name === Refused.name;

    test("random values arrive on both sides as they were sent", () => {
      for (let i = 0; i < VALUES; i++) {
        const type = random.pick(types);
        const value = randomValue(schema, type, random);
        const bytes = encode(type, value);
        assert.deepEqual(decode(type, bytes), value, `${type}\n${source}`);
        assert.deepEqual(as(type, bytes), Uint8Array.from(bytes), `${type} ${bytes}\n${source}`);
      }
    });

    test("whatever bytes come, both sides accept the same ones, as the same value", () => {
      let accepted = 0;
      for (let i = 0; i < MUTANTS; i++) {
        const type = random.pick(types);
        const valid = encode(type, randomValue(schema, type, random, 3));
        const bytes = mutated(valid, random);
        const value = decode(type, bytes);
        const echoed = as(type, bytes);
        const where = `${type} [${bytes}]\n${source}`;
        assert.equal(echoed === null, isRefused(value), where);
        if (echoed === null) continue;
        accepted++;
        assert.deepEqual(echoed, Uint8Array.from(encode(type, value)), where);
        // Only what an open record passes over may be missing from what is written again.
        if (!source.includes("open ")) assert.deepEqual(echoed, bytes, where);
      }
      assert.ok(accepted > 0);
    });
  });
}
