/** The sample games in a real browser, each from two pages. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { findChromium, launchBrowser, NO_CHROMIUM, openPage } from "../harness/browser.ts";
import { sample } from "../harness/components.ts";
import { onEveryShardCount } from "../harness/shardCounts.ts";

const functions = { arena: sample("arena"), tictactoe: sample("tictactoe"), echo: sample("echo") };
const program = findChromium();

/** What arena's page shows of its game for tests, on the window. */
const DEBUG = "globalThis.rockpoolDebug";

interface Creature {
  player: number;
  bot: boolean;
  x: number;
  y: number;
}

async function openArena(browser: Browser, url: string): Promise<{ page: Page; errors: string[]; player: number }> {
  const opened = await openPage(browser, url);
  await opened.page.waitForFunction(`${DEBUG}?.state === "open" && ${DEBUG}.step > 0`);
  return { ...opened, player: await opened.page.evaluate<number>(`${DEBUG}.player`) };
}

/** A creature as a page sees it. */
function seen(page: Page, player: number): Promise<Creature> {
  return page.evaluate<Creature>(`${DEBUG}.creatures.find(({ player }) => player === ${player})`);
}

/** Presses keys on one page until the other sees its creature elsewhere. */
async function movesInSightOf(mover: Page, watcher: Page, player: number): Promise<void> {
  await watcher.waitForFunction(`${DEBUG}.creatures.some(({ player }) => player === ${player})`);
  const start = await seen(watcher, player);
  // One of two opposite ways is free, wherever the rocks are.
  await mover.bringToFront();
  for (const key of ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"]) {
    await mover.keyboard.down(key);
    const moved = `${DEBUG}.creatures.some(({ player, x, y }) => player === ${player} && Math.hypot(x - ${start.x}, y - ${start.y}) > 3)`;
    const found = await watcher.waitForFunction(moved, undefined, { timeout: 10_000 }).catch(() => null);
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
      const creatures = await one.page.evaluate<Creature[]>(`${DEBUG}.creatures`);
      assert.ok(creatures.some(({ bot }) => bot));
      await one.page.waitForFunction(`${DEBUG}.latency !== null`);
      assert.deepEqual([...one.errors, ...two.errors], []);
      await Promise.all([one.page.context().close(), two.page.context().close()]);
    });

    test("arena: a page that loses its node comes back by itself", async () => {
      const { page } = await openArena(browser, `${the().url}/play/arena/?room=comeback`);
      const { shards } = await the().admin.reading();
      for (const { pid } of shards) process.kill(pid!, "SIGKILL");
      await page.waitForFunction(`${DEBUG}.state === "reconnecting"`);
      await page.waitForFunction(`${DEBUG}.state === "open"`);
      await page.context().close();
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
        for (const { page } of [x, o]) await page.waitForSelector(`[data-cell="${cell}"][data-mark="${mark}"]`);
      }
      for (const { page } of [x, o]) {
        await page.waitForSelector('#game[data-phase="won"]');
        for (const cell of [0, 1, 2]) await page.waitForSelector(`[data-cell="${cell}"][data-win="true"]`);
      }
      assert.equal(await x.page.textContent("#status"), "You won!");
      assert.deepEqual([...x.errors, ...o.errors], []);
      await Promise.all([x.page.context().close(), o.page.context().close()]);
    });

    test("the landing page leads to the games", async () => {
      const { page, errors } = await openPage(browser, the().url);
      for (const name of ["arena", "tictactoe", "echo"]) await page.waitForSelector(`a[href*="/play/${name}/"]`);
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
