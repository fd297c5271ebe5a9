import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Reader, Writer } from "@rockpool/client";
import { cFolder } from "./testfolder.ts";
import { compileFolder, TestRoom } from "./testroom.ts";

async function roomOf(source: string): Promise<TestRoom> {
  return TestRoom.make(await compileFolder(cFolder(source)));
}

describe("the reader and writer of C", () => {
  /** Reads every kind of field, answers `ok`, and then what it read, written again. */
  const SOURCE = `
    static rp_writer out;
    void on_message(uint32_t player, rp_reader *m) {
      static rp_writer all;
      rp_clear(&out);
      rp_write_u8(&out, rp_read_u8(m));
      rp_write_u16(&out, rp_read_u16(m));
      rp_write_u32(&out, rp_read_u32(m));
      rp_write_u64(&out, rp_read_u64(m));
      rp_write_i8(&out, rp_read_i8(m));
      rp_write_i16(&out, rp_read_i16(m));
      rp_write_i32(&out, rp_read_i32(m));
      rp_write_i64(&out, rp_read_i64(m));
      rp_write_f32(&out, rp_read_f32(m));
      rp_write_f64(&out, rp_read_f64(m));
      rp_write_bool(&out, rp_read_bool(m));
      rp_write_varint(&out, rp_read_varint(m));
      rp_write_varint(&out, rp_read_varint(m));
      rp_write_varint64(&out, rp_read_varint64(m));
      rp_write_zigzag(&out, rp_read_zigzag(m));
      rp_write_zigzag(&out, rp_read_zigzag(m));
      rp_write_string(&out, rp_read_string(m));
      uint8_t three[3];
      rp_read_bytes(m, three, sizeof three);
      rp_write_bytes(&out, three, sizeof three);
      rp_text rest = rp_read_text(m);
      rp_write_bytes(&out, rest.data, rest.length);
      rp_clear(&all);
      rp_write_bool(&all, m->ok);
      rp_write_bytes(&all, out.data, out.length);
      rp_send(player, all.data, all.length);
    }`;
  const WHOLE = new Writer()
    .u8(255)
    .u16(65_535)
    .u32(0xffff_ffff)
    .u64(0xffff_ffff_ffff_ffffn)
    .i8(-128)
    .i16(-32_768)
    .i32(-0x8000_0000)
    .i64(-0x8000_0000_0000_0000n)
    .f32(0.1)
    .f64(Math.PI)
    .bool(true)
    .varint(300)
    .varint(0xffff_ffff)
    .varint64(0xffff_ffff_ffff_ffffn)
    .zigzag(-0x8000_0000)
    .zigzag(0x7fff_ffff)
    .string("naïve 🦀")
    .bytes(Uint8Array.of(1, 2, 3))
    .view()
    .slice();
  let room: TestRoom;
  before(async () => {
    room = await roomOf(SOURCE);
    room.create();
    room.join(1);
  });

  function answer(message: Uint8Array): Buffer {
    room.message(1, message);
    return Buffer.from(room.take(1)[0]!);
  }

  test("agree with the client's, field by field", () => {
    const message = Buffer.concat([WHOLE, Buffer.from("the rest")]);
    assert.deepEqual(answer(message), Buffer.concat([Uint8Array.of(1), message]));
  });

  test("a message cut off anywhere reads as zeros with ok false, and never traps", () => {
    for (let length = 0; length < WHOLE.length; length++) {
      assert.equal(answer(WHOLE.subarray(0, length))[0], 0, `cut to ${length} bytes`);
    }
  });

  test("random bytes never trap", () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    let state = seed;
    for (let i = 0; i < 2000; i++) {
      const bytes = new Uint8Array(i % 97).map(() => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state >>> 16;
      });
      assert.doesNotThrow(() => room.message(1, bytes), `seed ${seed}, message ${i}`);
    }
    room.take(1);
  });

  const malformed: [string, number[]][] = [
    ["a lone continuation byte", [0x80]],
    ["an overlong form of two bytes", [0xc1, 0xbf]],
    ["an overlong form of three bytes", [0xe0, 0x9f, 0xbf]],
    ["an overlong form of four bytes", [0xf0, 0x8f, 0xbf, 0xbf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["a byte that begins nothing", [0xf5, 0x80, 0x80, 0x80]],
    ["a sequence that is cut off", [0xf0, 0x90, 0x80]],
    ["a sequence without its last byte", [0xe2, 0x82, 0x41]],
  ];
  for (const [what, bytes] of malformed) {
    test(`text with ${what} turns ok false`, () => {
      assert.equal(answer(Buffer.concat([WHOLE, Uint8Array.from(bytes)]))[0], 0);
    });
  }

  test("the first and last characters of every length are text", () => {
    for (const point of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
      const text = Buffer.from(String.fromCodePoint(point));
      assert.equal(answer(Buffer.concat([WHOLE, text]))[0], 1, point.toString(16));
    }
  });
});

test("a writer that is freed each time does not use up the memory", async () => {
  const room = await roomOf(`
    void on_message(uint32_t player, rp_reader *m) {
      rp_writer out = {0};
      rp_write_text(&out, "tail");
      rp_send(player, out.data, out.length);
      rp_free(&out);
    }`);
  room.join(1);
  for (let i = 0; i < 10_000; i++) room.message(1, new Uint8Array());
  assert.equal(new Reader(room.take(1).at(-1)!).text(), "tail");
  assert.equal(room.pages, 1);
});
