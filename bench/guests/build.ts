/** The functions that benches deploy, built by the toolchain and kept until a source changes. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunction } from "@rockpool/build";
import { BuildCache } from "@rockpool/runtime/cli/buildCache.js";
import { type Component, type ManifestText, withManifest } from "./component.ts";
import { generateFolder } from "./generate.ts";

/** Seen from bench/dist/guests. */
const BENCH = fileURLToPath(new URL("../../", import.meta.url));
const BUILT = join(BENCH, "dist", "built");

/** `arena`, `echo` and `score` are the samples; the others belong to the benches. */
const FOLDERS = {
  arena: join(dirname(join(BENCH, ".")), "functions", "arena"),
  echo: join(dirname(join(BENCH, ".")), "functions", "echo"),
  score: join(dirname(join(BENCH, ".")), "functions", "score"),
  ticker: join(BENCH, "functions", "ticker"),
  idle: join(BENCH, "functions", "idle"),
  metronome: join(BENCH, "functions", "metronome"),
  successor: join(BENCH, "functions", "successor"),
  culprit: join(BENCH, "functions", "culprit"),
  sleeper: join(BENCH, "functions", "sleeper"),
};

/** The component of a folder under this manifest instead of its own; `name` names the built folder. */
export async function build(folder: keyof typeof FOLDERS, manifest: ManifestText): Promise<Component> {
  return withManifest(await component(FOLDERS[folder]), manifest);
}

/** The component of a folder as a developer would deploy it, with its own manifest and page. */
export function buildSample(folder: keyof typeof FOLDERS): Promise<Uint8Array> {
  return component(FOLDERS[folder]);
}

/** A component of so many generated functions, every one of which the first message calls. */
export async function buildGenerated(functions: number, manifest: ManifestText): Promise<Component> {
  const folder = join(BUILT, `generated-${functions}`);
  generateFolder(folder, "generated", functions);
  return withManifest(await component(folder), manifest);
}

async function component(folder: string): Promise<Uint8Array> {
  return (await new BuildCache(BUILT).build(folder, { buildFunction })).component;
}
