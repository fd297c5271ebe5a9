/**
 * Components of the sample functions and of the fixtures, built on first use and kept beside the compiled tests:
 * a build is taken again only while everything that it read is unchanged.
 */
import { fileURLToPath } from "node:url";
import { buildFunction, loadMessages, type MessagesModule } from "@rockpool/build";
import { BuildCache } from "@rockpool/runtime/cli/buildCache.js";
import { type ManifestPatch, withManifest } from "./manifest.ts";

export const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
export const SAMPLES = ["echo", "arena", "tictactoe", "score"] as const;
export const FIXTURES = ["puppet", "scribble", "caller", "c-echo", "c-tictactoe"] as const;

const cache = new BuildCache(fileURLToPath(new URL("../components/", import.meta.url)));

/** A sample function of the repository. */
export function sample(name: (typeof SAMPLES)[number], patch: ManifestPatch = {}): Promise<Uint8Array> {
  return build(`${REPOSITORY}functions/${name}`, patch);
}

/** The client's side of a sample's messages. */
export function sampleMessages(name: (typeof SAMPLES)[number]): Promise<MessagesModule> {
  return loadMessages(`${REPOSITORY}functions/${name}`);
}

/** A fixture under test/fixtures. */
export function fixture(name: (typeof FIXTURES)[number], patch: ManifestPatch = {}): Promise<Uint8Array> {
  return build(`${REPOSITORY}test/fixtures/${name}`, patch);
}

/** Builds all, so that test files that run at the same time find them ready. */
export async function buildAll(): Promise<void> {
  for (const name of SAMPLES) await sample(name);
  for (const name of FIXTURES) await fixture(name);
}

async function build(folder: string, patch: ManifestPatch): Promise<Uint8Array> {
  const { component } = await cache.build(folder, { buildFunction });
  return Object.keys(patch).length === 0 ? component : withManifest(component, patch);
}
