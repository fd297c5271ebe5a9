/** The sample games in a real browser, each from two pages. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { findChromium, launchBrowser, NO_CHROMIUM, openPage } from "../harness/browser.ts";
import { sample } from "../harness/components.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";
import { until } from "../harness/until.ts";

const functions = { arena: sample("arena"), tictactoe: sample("tictactoe"), echo: sample("echo") };
const program = findChromium();

interface Creature {
  player: number;
  bot: boolean;
  x: number;
  y: number;
}

/** What arena's page shows tests of its game, on its window. Functions that name it run in the page. */
declare const rockpoolDebug: {
  state: string;
  player: number;
  step: number;
  latency: number | null;
  creatures: Creature[];
};

async function openArena(
  browser: Browser,
  url: string,
): Promise<{ page: Page; errors: string[]; player: number }> {
  const opened = await openPage(browser, url);
  await opened.page.waitForFunction(() => rockpoolDebug.state === "open" && rockpoolDebug.step > 0);
  return { ...opened, player: await opened.page.evaluate(() => rockpoolDebug.player) };
}

/** Presses keys on one page until the other sees its creature elsewhere. */
async function movesInSightOf(mover: Page, watcher: Page, player: number): Promise<void> {
  const appeared = await watcher.waitForFunction(
    (id) => rockpoolDebug.creatures.find((creature) => creature.player === id),
    player,
  );
  const { x, y } = (await appeared.jsonValue()) as Creature;
  await mover.bringToFront();
  // One of two opposite ways is free, wherever the rocks are.
  for (const key of ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"]) {
    await mover.keyboard.down(key);
    const moved = watcher.waitForFunction(
      (from) =>
        rockpoolDebug.creatures.some(
          (one) => one.player === from.player && Math.hypot(one.x - from.x, one.y - from.y) > 3,
        ),
      { player, x, y },
      { polling: 50, timeout: 10_000 },
    );
    const found = await moved.catch(() => null);
    await mover.keyboard.up(key);
    if (found !== null) return;
  }
  assert.fail("the creature did not move in sight of the other page");
}

describe("in a browser", { skip: program === null ? NO_CHROMIUM : false }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser(program!);
  });
  after(() => browser.close());

  onEveryShardCount({ functions }, (the) => {
    test("arena: two pages see each other move, among bots", async () => {
      const url = `${the().url}/play/arena/?room=two`;
      const [one, two] = [await openArena(browser, url), await openArena(browser, url)];
      assert.notEqual(one.player, two.player);
      await movesInSightOf(one.page, two.page, one.player);
      await movesInSightOf(two.page, one.page, two.player);
      assert.ok(await one.page.evaluate(() => rockpoolDebug.creatures.some(({ bot }) => bot)));
      await one.page.waitForFunction(() => rockpoolDebug.latency !== null);
      assert.deepEqual([...one.errors, ...two.errors], []);
      await Promise.all([one.page.context().close(), two.page.context().close()]);
    });

    test("arena: a page that loses its node comes back by itself", async () => {
      const { page } = await openArena(browser, `${the().url}/play/arena/?room=comeback`);
      const { shards } = await the().admin.reading();
      for (const { pid } of shards) process.kill(pid!, "SIGKILL");
      await page.waitForFunction(() => rockpoolDebug.state === "reconnecting");
      await page.waitForFunction(() => rockpoolDebug.state === "open");
      await page.context().close();
      await until("all shards", async () => (await the().admin.reading()).ready);
    });

    test("tictactoe: two pages play to a win", async () => {
      const url = `${the().url}/play/tictactoe/?room=final`;
      const [x, o] = [await openPage(browser, url), await openPage(browser, url)];
      await x.page.waitForSelector('#game[data-phase="playing"][data-you="x"]');
      await o.page.waitForSelector('#game[data-phase="playing"][data-you="o"]');
      const moves = [
        [x, 0],
        [o, 3],
        [x, 1],
        [o, 4],
        [x, 2],
      ] as const;
      for (const [who, cell] of moves) {
        await who.page.click(`[data-cell="${cell}"]`);
        const mark = who === x ? "x" : "o";
        for (const { page } of [x, o])
          await page.waitForSelector(`[data-cell="${cell}"][data-mark="${mark}"]`);
      }
      for (const { page } of [x, o]) {
        await page.waitForSelector('#game[data-phase="won"]');
        for (const cell of [0, 1, 2]) await page.waitForSelector(`[data-cell="${cell}"][data-win="true"]`);
      }
      assert.equal(await x.page.textContent("#status"), "You won!");
      assert.equal(await o.page.textContent("#status"), "You lost");
      assert.deepEqual([...x.errors, ...o.errors], []);
      await Promise.all([x.page.context().close(), o.page.context().close()]);
    });

    test("the landing page leads to the games", async () => {
      const { page, errors } = await openPage(browser, the().url);
      for (const name of ["arena", "tictactoe", "echo"])
        await page.waitForSelector(`a[href*="/play/${name}/"]`);
      await page.click('a[href*="/play/tictactoe/"]');
      await page.waitForSelector("#board");
      assert.deepEqual(errors, []);
      await page.context().close();
    });

    test("the dashboard shows functions, and rooms live", async () => {
      const player = await the().join("echo", "watched");
      const { page, errors } = await openPage(browser, the().admin.url);
      await page.waitForSelector("text=arena");
      await page.waitForSelector("text=watched");
      await player.leave();
      assert.deepEqual(errors, []);
      await page.context().close();
    });
  });
});
