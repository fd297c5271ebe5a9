import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_QUERY_CHARS, parseRoomUrl } from "./roomUrl.ts";

test("a room's URL gives function, room and seat", () => {
  const room = { kind: "room", function: "arena", room: "lobby-1", resume: null };
  assert.deepEqual(parseRoomUrl("/v1/rooms/arena/lobby-1", ""), { ...room, seat: null });
  assert.deepEqual(parseRoomUrl("/v1/rooms/arena/lobby-1", "seat=x%3D"), { ...room, seat: "x=" });
  assert.deepEqual(parseRoomUrl("/v1/rooms/%61rena/lobby-1", "seat"), { ...room, seat: "" });
});

test("parameters without a meaning are ignored, even twice", () => {
  const url = parseRoomUrl("/v1/rooms/arena/lobby", "a=1&a=2&&=&seat=s");
  assert.deepEqual(url, { kind: "room", function: "arena", room: "lobby", seat: "s", resume: null });
});

test("every parameter with a meaning may stand once only", () => {
  for (const name of ["seat", "token", "resume", "received", "epoch"]) {
    const url = parseRoomUrl(
      "/v1/rooms/arena/lobby",
      `${name}=1&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=2`,
    );
    assert.deepEqual(url, { kind: "refused", code: 4011, message: `the query names ${name} twice` });
  }
});

test("a query as long as allowed is read, and one character more refused", () => {
  const longest = `seat=${"s".repeat(MAX_QUERY_CHARS - 5)}`;
  assert.equal(parseRoomUrl("/v1/rooms/arena/lobby", longest).kind, "room");
  assert.equal(parseRoomUrl("/v1/rooms/arena/lobby", `${longest}s`).kind, "refused");
});

test("a query with raw bytes that no URL holds is refused", () => {
  for (const query of ["seat=\u00e9", "seat=\r\n", "seat=a b"]) {
    assert.equal(parseRoomUrl("/v1/rooms/arena/lobby", query).kind, "refused");
  }
});

test("random paths and queries never throw", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
  const pieces = [
    "/v1",
    "/rooms",
    "/",
    "%",
    "%2f",
    "%zz",
    "a",
    "Z",
    "&",
    "=",
    "seat",
    "\u0000",
    "é",
    "?",
    "..",
  ];
  for (let i = 0; i < 5000; i++) {
    const text = () => Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join("");
    const path = text();
    const query = text();
    assert.doesNotThrow(() => parseRoomUrl(path, query), `seed ${seed}: ${path} ${query}`);
  }
});

test("what a client that resumes has received is a count, 0 unless said", () => {
  const url = parseRoomUrl("/v1/rooms/arena/lobby", "resume=t&received=7&epoch=4294967295");
  assert.deepEqual(url.kind === "room" && url.resume, { token: "t", received: 7, epoch: 0xffff_ffff });
  const bare = parseRoomUrl("/v1/rooms/arena/lobby", "resume=t");
  assert.deepEqual(bare.kind === "room" && bare.resume, { token: "t", received: 0, epoch: 0 });
});

test("a count that is none is refused by its name", () => {
  for (const query of ["received=-1", "received=1e3", "epoch=4294967296", "epoch=x"]) {
    const url = parseRoomUrl("/v1/rooms/arena/lobby", `resume=t&${query}`);
    assert.equal(url.kind === "refused" && url.message.startsWith(query.split("=")[0]!), true, query);
  }
});
