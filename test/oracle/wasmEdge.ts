/**
 * WasmEdge 0.14, an engine that shares no code with V8. Its packages for Debian 13 are unpacked into a folder and
 * run by the loader among them, so the machine needs neither that release nor any rights.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const SUITE = "trixie";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** Milliseconds for one command of apt. */
const APT_TIMEOUT = 180_000;
/** Milliseconds for one program. */
const RUN_TIMEOUT = 60_000;
const DEPENDS = ["depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks"];
const DEPENDS_MORE = ["--no-replaces", "--no-enhances", "wasmedge"];

export class WasmEdge {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** Takes it from `folder`, or fills that first. Rejects where Debian's packages cannot be had. */
  static async in(folder: string): Promise<WasmEdge> {
    if (process.arch !== "x64" || process.platform !== "linux")
      throw new Error("it runs on Linux on x64 alone here");
    const root = join(folder, "root");
    if (!existsSync(root)) await unpack(folder, root);
    return new WasmEdge(root);
  }

  /** Calls an export in a fresh instance; its results as unsigned decimals, or `trap`. */
  async call(moduleFile: string, name: string, args: readonly number[]): Promise<string[] | "trap"> {
    const libraries = [
      join(this.#root, "usr/lib/x86_64-linux-gnu"),
      join(this.#root, "lib/x86_64-linux-gnu"),
    ];
    const loader = join(this.#root, "usr/lib64/ld-linux-x86-64.so.2");
    const program = ["--library-path", libraries.join(":"), join(this.#root, "usr/bin/wasmedge")];
    const command = [...program, "--reactor", moduleFile, name, ...args.map(String)];
    try {
      const { stdout } = await run(loader, command, { timeout: RUN_TIMEOUT });
      return stdout.trim().split("\n");
    } catch (error) {
      const said = `${(error as { stdout?: string }).stdout}${(error as { stderr?: string }).stderr}`;
      if (said.includes("execution failed")) return "trap";
      throw error;
    }
  }
}

/** Downloads with a configuration of its own: nothing of the machine's package state is read or changed. */
async function unpack(folder: string, root: string): Promise<void> {
  const work = join(folder, "work");
  await rm(work, { recursive: true, force: true });
  for (const part of ["state/lists/partial", "cache/archives/partial", "packages", "root"]) {
    await mkdir(join(work, part), { recursive: true });
  }
  const sources = join(work, `${SUITE}.sources`);
  const about = ["Types: deb", `URIs: ${await mirror()}`, `Suites: ${SUITE}`, "Components: main"];
  await writeFile(sources, [...about, `Signed-By: ${KEYRING}`, ""].join("\n"));
  await writeFile(join(work, "status"), "");
  const settings = {
    "Dir::State": join(work, "state"),
    "Dir::State::status": join(work, "status"),
    "Dir::Cache": join(work, "cache"),
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "-",
    "APT::Sandbox::User": "",
  };
  const configuration = join(work, "apt.conf");
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
  await writeFile(configuration, lines.join(""));
  const options = {
    cwd: join(work, "packages"),
    env: { ...process.env, APT_CONFIG: configuration, LC_ALL: "C" },
    timeout: APT_TIMEOUT,
    maxBuffer: 1 << 24,
  };
  await run("apt-get", ["update", "-o", "APT::Update::Error-Mode=any"], options);
  const { stdout } = await run("apt-cache", [...DEPENDS, ...DEPENDS_MORE], options);
  const packages = stdout.split("\n").filter((line) => /^[a-z0-9]/.test(line));
  await run("apt-get", ["download", ...packages], options);
  for (const file of await readdir(options.cwd)) {
    await run("dpkg-deb", ["-x", join(options.cwd, file), join(work, "root")], options);
  }
  await mkdir(dirname(root), { recursive: true });
  await rename(join(work, "root"), root);
  await rm(work, { recursive: true, force: true });
}

/** The Debian mirror that this machine is configured with. */
async function mirror(): Promise<string> {
  const { stdout } = await run("apt-get", ["indextargets", "--format", "$(SITE)"], { timeout: APT_TIMEOUT });
  const site = stdout.split("\n").find((line) => line.includes("debian") && !line.includes("security"));
  if (site === undefined) throw new Error("no Debian mirror is configured");
  return site;
}
