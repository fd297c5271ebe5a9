import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cFolder } from "./testfolder.ts";
import { compileFolder, TestRoom } from "./testroom.ts";

async function roomOf(source: string): Promise<TestRoom> {
  return TestRoom.make(await compileFolder(cFolder(source)));
}

describe("a room in C", () => {
  test("that defines no callback takes everything and saves nothing", async () => {
    const room = await roomOf("");
    assert.deepEqual([room.create("config").ok, room.join(1, [["a", "b"]]).ok], [true, true]);
    room.message(1, Uint8Array.of(1));
    for (const [name, ...args] of [
      ["tick", 50],
      ["timer", 1],
      ["drop", 1],
      ["rejoin", 1],
      ["close"],
    ] as const) {
      room.callback(name, ...args);
    }
    room.fault("it trapped");
    room.leave(1, 0);
    assert.deepEqual(room.save(), { ok: false, reason: "this room has no on_save" });
    assert.deepEqual(room.restore(Uint8Array.of(1)), { ok: false, reason: "this room has no on_restore" });
    assert.deepEqual([room.sent, room.effects, room.logs], [[], [], []]);
  });

  test("reaches every function of the host", async () => {
    const room = await roomOf(`
      void on_join(uint32_t player, const rp_claims *claims) {
        rp_text role = rp_claim(claims, "role");
        if (rp_text_is(role, "banned")) { rp_refuse("no"); return; }
        if (rp_claim(claims, "none").data) rp_refuse("there is no such claim");
        rp_put("role", role.data, role.length);
      }
      void on_message(uint32_t player, rp_reader *message) {
        rp_broadcast(message->next, 1);
        rp_broadcast_except(player, message->next, 2);
        rp_kick(player, "go");
        size_t count;
        const uint32_t *players = rp_players(&count);
        for (size_t i = 0; i < count; i++) rp_set_timer(players[i], 5);
        rp_clear_timer(7);
        rp_set_tick_rate(30);
        rp_set_listing("name", rp_name());
        rp_lock(true);
        rp_end();
        rp_reader value;
        if (rp_get("role", &value)) rp_send(player, value.next, rp_remaining(&value));
        rp_delete("role");
        if (rp_get("role", &value) || rp_remaining(&value)) rp_log("it is still there");
        uint64_t times[] = {rp_now(), rp_random()};
        rp_send(player, times, sizeof times);
      }`);
    room.now = 12n;
    room.nextRandom = 34n;
    room.create();
    assert.deepEqual(room.join(4, [["role", "banned"]]), { ok: false, reason: "no" });
    assert.equal(
      room.join(5, [
        ["name", "ada"],
        ["role", "host"],
      ]).ok,
      true,
    );
    room.message(5, Uint8Array.of(8, 9));
    assert.deepEqual(room.effects, [
      "broadcast 8",
      "broadcast-except 5 8,9",
      "kick 5 go",
      "set-timer 5 5",
      "clear-timer 7",
      "set-tick-rate 30",
      "set-listing name the-room",
      "lock 1",
      "end",
    ]);
    assert.deepEqual(room.logs, []);
    const [role, times] = room.take(5);
    assert.equal(Buffer.from(role!).toString(), "host");
    assert.deepEqual([...new BigUint64Array(times!.slice().buffer)], [12n, 34n]);
  });

  test("a state that is larger than the receive arena is restored and saved whole, within the first page", async () => {
    const room = await roomOf(`
      static uint8_t kept[8000];
      void on_restore(rp_reader *state) { rp_read_bytes(state, kept, sizeof kept); }
      void on_save(rp_writer *out) { rp_write_bytes(out, kept, sizeof kept); }`);
    const state = Uint8Array.from({ length: 8000 }, (_, i) => i % 251);
    for (let round = 0; round < 50; round++) assert.equal(room.restore(state).ok, true);
    assert.deepEqual(room.save(), { ok: true, bytes: state });
    assert.equal(room.pages, 1);
  });

  test("a long reason to refuse is cut between characters", async () => {
    const room = await roomOf(`
      void on_create(rp_reader *config) {
        char reason[2000];
        size_t length = rp_remaining(config);
        rp_read_bytes(config, reason, length);
        reason[length] = 0;
        rp_refuse(reason);
      }`);
    assert.deepEqual(room.create("x".repeat(300)), { ok: false, reason: "x".repeat(255) });
    assert.deepEqual(room.create(`x${"€".repeat(100)}`), { ok: false, reason: `x${"€".repeat(84)}` });
    assert.deepEqual(room.create("short"), { ok: false, reason: "short" });
  });

  test("what it prints goes to the log line by line, and only as UTF-8", async () => {
    const room = await roomOf(`
      #include <stdio.h>
      void on_tick(double dt_ms) {
        printf("tick of %.1f", dt_ms);
        printf(" ms\\nand more");
        printf("\\n");
        fprintf(stderr, "bad: \\xff\\n");
      }`);
    room.callback("tick", 50);
    assert.deepEqual(room.logs, ["info: tick of 50.0 ms", "info: and more", "error: bad: ?"]);
  });

  test("a failed assertion is logged with its place and ends the callback", async () => {
    const room = await roomOf(`
      #include <assert.h>
      void on_timer(uint32_t id) {
        assert(id != 3);
      }`);
    room.callback("timer", 4);
    assert.throws(() => room.callback("timer", 3), { name: "RuntimeError" });
    assert.deepEqual(room.logs, ["error: c/main.c:5: assertion failed: id != 3"]);
  });

  test("a stack overflow traps and overwrites nothing", async () => {
    const room = await roomOf(`
      static volatile uint32_t depth;
      static uint32_t deeper(volatile uint8_t *above) {
        volatile uint8_t frame[512];
        frame[0] = above[0];
        depth++;
        return deeper(frame) + frame[depth % 512];
      }
      void on_timer(uint32_t id) {
        volatile uint8_t start[1] = {1};
        rp_set_timer(deeper(start), 1);
      }
      void on_tick(double dt_ms) { rp_set_tick_rate(depth); }`);
    assert.throws(() => room.callback("timer", 1), { name: "RuntimeError" });
    room.callback("tick", 1);
    const depth = Number(room.effects[0]!.split(" ")[1]);
    assert.ok(depth > 10 && depth <= 32, `${depth} frames of 512 bytes`);
  });
});

test("a call function in C answers and refuses", async () => {
  const source = `void on_call(rp_reader *request, rp_writer *response) {
    rp_text name = rp_read_text(request);
    if (name.length == 0) { rp_refuse("send a name"); return; }
    rp_log("called");
    rp_write_text(response, "hello, ");
    rp_write_bytes(response, name.data, name.length);
  }`;
  const room = await TestRoom.make(await compileFolder(cFolder(source, "call")));
  const answer = room.handle("ada");
  assert.equal(answer.ok && Buffer.from(answer.bytes).toString(), "hello, ada");
  assert.deepEqual(room.handle(""), { ok: false, reason: "send a name" });
  assert.deepEqual(room.logs, ["info: called"]);
});
