/** Folders that hold a function's source: those with a `rockpool.json`. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandFailure } from "./failure.ts";

export const MANIFEST_FILE = "rockpool.json";

/** Whether `path` is a function's folder. */
export function isFunctionFolder(path: string): boolean {
  return existsSync(join(path, MANIFEST_FILE));
}

/**
 * The function folders directly below `folder`, or `folder` itself when it is one; absolute, in order of name.
 * @throws CommandFailure when there are none
 */
export function findFunctionFolders(folder: string): string[] {
  const root = resolve(folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandFailure("no-folder", `there is no folder ${root}`);
  }
  if (isFunctionFolder(root)) return [root];
  const below = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isFunctionFolder(join(root, entry.name)))
    .map((entry) => join(root, entry.name))
    .sort();
  if (below.length > 0) return below;
  throw new CommandFailure(
    "no-function",
    `${root} holds no function: no folder in it has a ${MANIFEST_FILE}`,
    `make one with "rockpool init"`,
  );
}
