/** `npm run fuzz -- [--minutes N] [--seed S] [--from CASE] [--cases N]`: a long run, or one case again. */
import { parseArgs } from "node:util";
import { runCampaign } from "./campaign.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 0x7fffffff)) },
    from: { type: "string", default: "0" },
    cases: { type: "string", default: "Infinity" },
  },
});
const seed = Number(values.seed);
const [minutes, from, cases] = [Number(values.minutes), Number(values.from), Number(values.cases)];
if (!Number.isInteger(seed) || !Number.isInteger(from) || !(minutes > 0) || !(cases > 0)) {
  process.stderr.write("--seed and --from take whole numbers, --minutes and --cases numbers above 0\n");
  process.exit(2);
}
process.stdout.write(`seed ${seed}, from case ${from}, ${minutes} minutes\n`);
const outcome = await runCampaign({ seed, from, cases, minutes });
if (outcome.found) {
  process.stderr.write(`case ${outcome.caseNumber}: ${outcome.what}\n`);
  const again = outcome.caseNumber ?? from;
  process.stderr.write(`again: npm run fuzz -- --seed ${seed} --from ${again} --cases 1\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`nothing found: ${JSON.stringify(outcome.counts)}\n`);
}
