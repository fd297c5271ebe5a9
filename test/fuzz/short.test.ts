/** The run that is part of every test run. SEED and CASES change it; `npm run fuzz` runs for longer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runCampaign } from "./campaign.ts";

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
const CASES = Number(process.env.CASES ?? 105_000);
/** Only so that a fault in the fuzzer itself ends; a run takes about one. */
const MINUTES = 20;

test(`nothing is found in ${CASES} cases of seed ${SEED}`, async () => {
  const outcome = await runCampaign({ seed: SEED, from: 0, cases: CASES, minutes: MINUTES });
  if (outcome.found) {
    const again = `npm run fuzz -- --seed ${SEED} --from ${outcome.caseNumber ?? 0} --cases 1`;
    assert.fail(`case ${outcome.caseNumber}: ${outcome.what}again: ${again}`);
  }
  const { cases, refused, accepted, lives, faults } = outcome.counts;
  assert.equal(cases, CASES);
  assert.equal(refused + accepted + lives, CASES);
  assert.ok(accepted > CASES / 100, `only ${accepted} mutants were accepted`);
  assert.ok(faults > lives / 10 && faults < lives * 2, `${faults} faults in ${lives} lives`);
});
