/** Rooms in Rust: published crates for the bindings, rustc's own wasm32-unknown-unknown, and wit-component. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { componentNew } from "@bytecodealliance/jco";

export interface Crate {
  /** Folder in test/foreign. */
  readonly folder: string;
  /** What cargo makes, without its ending. */
  readonly output: string;
}
/** On wit-bindgen alone. */
export const PLAIN: Crate = { folder: "witBindgenRust", output: "room" };
/** On the crate wasip2, too. */
export const WITH_WASI: Crate = { folder: "wasiRust", output: "wasi_room" };

const folderOf = ({ folder }: Crate) => fileURLToPath(new URL(`../../foreign/${folder}/`, import.meta.url));
/** Kept beside the compiled tests, because the crates take a minute. */
const BUILT = fileURLToPath(new URL("../cargo/", import.meta.url));
const TARGET = "wasm32-unknown-unknown";

/** Why there can be no build here, or null. */
export function missingForCargo(crate: Crate): string | null {
  const sysroot = spawnSync("rustc", ["--print", "target-libdir", "--target", TARGET], { encoding: "utf8" });
  if (sysroot.error || sysroot.status !== 0) return "rustc is not installed: see https://rustup.rs";
  const libraries = sysroot.stdout.trim();
  const standard = existsSync(libraries) ? readdirSync(libraries) : [];
  if (!standard.some((name) => name.startsWith("libstd")))
    return `rustc lacks its target: rustup target add ${TARGET}`;
  const fetched = spawnSync("cargo", ["fetch", "--locked", "--quiet", "--target", TARGET], {
    cwd: folderOf(crate),
    encoding: "utf8",
    timeout: 60_000,
  });
  return fetched.status === 0 ? null : "cargo cannot get the crates that it needs: no network?";
}

export async function cargoRoom(crate: Crate): Promise<Uint8Array> {
  const args = ["build", "--locked", "--release", "--quiet", "--target", TARGET, "--target-dir", BUILT];
  const built = spawnSync("cargo", args, { cwd: folderOf(crate), encoding: "utf8" });
  if (built.status !== 0) throw new Error(`cargo build failed:\n${built.stderr}`);
  return componentNew(readFileSync(`${BUILT}/${TARGET}/release/${crate.output}.wasm`), []);
}
