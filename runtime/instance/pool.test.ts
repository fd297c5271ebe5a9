import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool } from "./pool.ts";

interface Piece {
  state: "fresh" | "used" | "reset";
  broken: boolean;
}

function poolOf(target: number, spare = 0): { pool: Pool<Piece>; wanted: () => number; made: () => number } {
  let wanted = 0;
  let made = 0;
  const maker = {
    make: (): Piece => {
      made++;
      return { state: "fresh", broken: false };
    },
    reset: (piece: Piece): void => {
      piece.state = "reset";
    },
    reusable: (piece: Piece): boolean => !piece.broken,
  };
  return { pool: new Pool(maker, target, spare, () => wanted++), wanted: () => wanted, made: () => made };
}

function fill(pool: Pool<Piece>): void {
  while (pool.tend());
}

test("tending fills the pool to its target and no further", () => {
  const { pool, made } = poolOf(3);
  fill(pool);
  assert.equal(pool.size, 3);
  assert.equal(made(), 3);
});

test("an empty pool makes an instance at once and counts a miss", () => {
  const { pool } = poolOf(1);
  fill(pool);
  pool.claim();
  pool.claim();
  assert.equal(pool.claims, 2);
  assert.equal(pool.misses, 1);
});

test("a used instance is reset before anyone gets it again, tended or not", () => {
  const { pool } = poolOf(2);
  for (const tended of [false, true]) {
    const piece = pool.claim();
    piece.state = "used";
    pool.release(piece);
    if (tended) fill(pool);
    assert.notEqual(pool.claim().state, "used");
  }
});

test("instances that failed or grew are not kept", () => {
  const { pool } = poolOf(2);
  const piece = pool.claim();
  piece.broken = true;
  pool.release(piece);
  assert.equal(pool.size, 0);
});

test("spare instances are kept after use, and let go bit by bit", () => {
  const { pool, made } = poolOf(1, 40);
  const pieces = Array.from({ length: 50 }, () => pool.claim());
  for (const piece of pieces) pool.release(piece);
  assert.equal(pool.size, 41);
  for (let i = 0; i < 41; i++) assert.notEqual(pool.claim().state, "used");
  assert.equal(made(), 50);
  for (const piece of pieces) pool.release(piece);
  assert.equal(pool.trim(), true);
  assert.ok(pool.size < 41 && pool.size > 30);
  while (pool.trim());
  assert.equal(pool.size, 1);
});

test("tending resets spare instances too, so that no claim has to", () => {
  const { pool } = poolOf(1, 3);
  const pieces = [pool.claim(), pool.claim(), pool.claim()];
  for (const piece of pieces) {
    piece.state = "used";
    pool.release(piece);
  }
  fill(pool);
  assert.equal(pool.ready, 3);
  assert.deepEqual(
    pieces.map(({ state }) => state),
    ["reset", "reset", "reset"],
  );
});

test("a pool without spares keeps no more used instances than its target", () => {
  const { pool } = poolOf(1);
  const pieces = [pool.claim(), pool.claim(), pool.claim()];
  for (const piece of pieces) pool.release(piece);
  assert.equal(pool.size, 1);
});

test("a retired pool lets everything go, and still serves the rooms that are left", () => {
  const { pool } = poolOf(2);
  fill(pool);
  pool.retire();
  assert.equal(pool.size, 0);
  pool.release(pool.claim());
  assert.equal(pool.size, 0);
  assert.equal(pool.tend(), false);
});

test("the pool asks to be tended when it is claimed from and given to", () => {
  const { pool, wanted } = poolOf(1);
  const piece = pool.claim();
  assert.equal(wanted(), 1);
  pool.release(piece);
  assert.equal(wanted(), 2);
});
