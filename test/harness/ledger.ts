/** The fixture `ledger` in its versions: code of two layouts, and of each as many versions as a test likes. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFunction } from "@rockpool/build";
import { REPOSITORY } from "./components.ts";
import { temporaryFolder } from "./folder.ts";
import { type ManifestPatch, withManifest } from "./manifest.ts";

const built = new Map<number, Promise<Uint8Array>>();

/** @param layout 1 or 2; code of layout 2 takes rooms of layout 1 over, not the other way round. */
export async function ledger(layout: 1 | 2, patch: ManifestPatch = {}): Promise<Uint8Array> {
  let component = built.get(layout);
  if (component === undefined) {
    component = build(layout);
    built.set(layout, component);
  }
  return withManifest(await component, patch);
}

/** What makes a room of it behave otherwise when its code is replaced; in the order of the fixture's enum. */
const MOODS = ["willing", "refuseSave", "trapInSave", "refuseRestore", "trapInRestore", "saveOld"] as const;

export function mood(name: (typeof MOODS)[number]): string {
  return `mood ${MOODS.indexOf(name)}`;
}

async function build(layout: number): Promise<Uint8Array> {
  using folder = temporaryFolder();
  cpSync(`${REPOSITORY}test/fixtures/ledger`, folder.path, { recursive: true });
  const file = join(folder.path, "assembly/index.ts");
  const source = readFileSync(file, "utf8");
  writeFileSync(file, source.replace("const LAYOUT: u8 = 1;", `const LAYOUT: u8 = ${layout};`));
  return (await buildFunction(folder.path)).component;
}
