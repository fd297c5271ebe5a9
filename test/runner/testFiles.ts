/** Where tests are: compiled, in the dist folders of the packages. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

const SUFFIX = ".test.js";

/** Every test file of the workspaces, sorted. One whose source is gone is what an earlier build left, and no test. */
export function findTestFiles(root: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    workspaces: string[];
  };
  return workspaces.flatMap((workspace) => testsIn(join(root, workspace))).sort();
}

function testsIn(folder: string): string[] {
  const dist = join(folder, "dist");
  if (!existsSync(dist)) return [];
  return readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(SUFFIX) && !path.split(sep).includes("node_modules"))
    .filter((path) => existsSync(join(folder, path.replace(/\.js$/, ".ts"))))
    .map((path) => join(dist, path));
}
