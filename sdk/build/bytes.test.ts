import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Reader, Writer } from "@rockpool/client";
import { roomFolder } from "./testfolder.ts";
import { compileFolder, TestRoom } from "./testroom.ts";

const IMPORTS = 'import { Bytes, Claims, LeaveReason, Reader, Room, Writer } from "@rockpool/assembly";\n';

async function roomOf(source: string): Promise<TestRoom> {
  return TestRoom.make(await compileFolder(roomFolder(IMPORTS + source)));
}

describe("Reader and Writer", () => {
  /** Reads every kind of field, answers `ok`, and then what it read, written again. */
  const SOURCE = `export default class Copier extends Room {
    onMessage(player: u32, m: Reader): void {
      const out = new Writer(1);
      out.u8(m.u8()).u16(m.u16()).u32(m.u32()).u64(m.u64()).i8(m.i8()).i16(m.i16()).i32(m.i32()).i64(m.i64());
      out.f32(m.f32()).f64(m.f64()).bool(m.bool());
      out.varint(m.varint()).varint(m.varint()).varint64(m.varint64()).zigzag(m.zigzag()).zigzag(m.zigzag());
      out.string(m.string()).bytes(m.bytes(3)).append(m.rest());
      this.send(player, this.writer().bool(m.ok).append(out));
    }
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

  test("agree with the client's, field by field", () => {
    const message = Buffer.concat([WHOLE, Buffer.from("the rest")]);
    room.message(1, message);
    assert.deepEqual(Buffer.from(room.take(1)[0]!), Buffer.concat([Uint8Array.of(1), message]));
  });

  test("a message cut off anywhere reads as zeros with ok false, and never traps", () => {
    for (let length = 0; length < WHOLE.length; length++) {
      room.message(1, WHOLE.subarray(0, length));
      assert.equal(room.take(1)[0]![0], 0, `cut to ${length} bytes`);
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

  test("a length past the end of the message is not believed", async () => {
    const lengths = await roomOf(`export default class L extends Room {
      onMessage(player: u32, m: Reader): void {
        const text = m.string();
        const none = m.bytes(-1);
        m.skip(i32.MAX_VALUE);
        this.send(player, this.writer().bool(m.ok).i32(text.length).i32(none.length).i32(m.remaining));
      }
    }`);
    lengths.create();
    lengths.join(1);
    for (const length of [2, 0x7fff_ffff, 0xffff_ffff]) {
      lengths.message(1, new Writer().varint(length).u8(65).view());
      const answer = new Reader(lengths.take(1)[0]!);
      assert.deepEqual([answer.u8(), answer.i32(), answer.i32(), answer.i32()], [0, 0, 0, 0]);
    }
  });

  test("a varint that is too long is not one", async () => {
    const varints = await roomOf(`export default class V extends Room {
      onMessage(player: u32, m: Reader): void {
        const wide = m.u8() == 1;
        const value = wide ? m.varint64() : <u64>m.varint();
        this.send(player, this.writer().bool(m.ok).u64(value));
      }
    }`);
    varints.create();
    varints.join(1);
    const tooLong = [
      [0, 0xff, 0xff, 0xff, 0xff, 0x1f],
      [0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
      [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
    ];
    for (const bytes of tooLong) {
      varints.message(1, Uint8Array.from(bytes));
      assert.deepEqual([...varints.take(1)[0]!], new Array(9).fill(0));
    }
  });
});
