/**
 * Where a command finds its node and the right to change it. A running node leaves its address and a token in its
 * data folder; that token is for that machine and is sent to loopback only, never to an address that someone
 * was talked into typing.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { loadConfig } from "../config/config.ts";
import { OPTIONS } from "../config/options.ts";
import { adminFiles } from "../store/adminFiles.ts";
import { CommandFailure } from "./failure.ts";

export interface NodeOptions {
  /** `--node` */
  node?: string;
  /** `--data` */
  data?: string;
}

export interface NodeAddress {
  url: string;
  /** Null when none was found; then only reading is possible, and only on loopback. */
  token: string | null;
  /** What the token was read from: the variable's name, or the file's path. Null without a token. */
  tokenSource: string | null;
}

/** The variable that goes before the token in the data folder. */
export const TOKEN_VARIABLE = "ROCKPOOL_ADMIN_TOKEN";

/** Folder of the node that `rockpool dev` runs, within the data folder. */
export const DEV_DATA = "dev";
const DEFAULT_URL = `http://127.0.0.1:${OPTIONS.adminPort.default}`;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Adds the options that {@link findNode} reads. */
export function withNodeOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--node <url>", "address of the node's admin API (default: the one in the data folder)").env(
        "ROCKPOOL_ADMIN_URL",
      ),
    )
    .option(
      "--data <path>",
      "data folder of a node on this machine, where its address and token are (default: .rockpool)",
    );
}

/**
 * The address and token to use: the token of `ROCKPOOL_ADMIN_TOKEN`, else of the data folder.
 * @throws CommandFailure when `--node` is no address
 */
export function findNode(options: NodeOptions, env: NodeJS.ProcessEnv = process.env): NodeAddress {
  const data = loadConfig({ flags: new Map([["data", options.data]]), env }).data;
  const folder = [data, join(data, DEV_DATA)].find((candidate) => existsSync(adminFiles(candidate).url));
  const local = folder === undefined ? null : adminFiles(folder);
  const url = parseUrl(options.node ?? (local && read(local.url)) ?? DEFAULT_URL);
  const given = env[TOKEN_VARIABLE];
  if (given) return { url: url.origin, token: given, tokenSource: TOKEN_VARIABLE };
  const file = adminFiles(folder ?? data).token;
  const token = LOOPBACK.test(url.hostname) ? read(file) : null;
  return { url: url.origin, token, tokenSource: token === null ? null : file };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new CommandFailure("bad-option", `--node ${text} is no address`, "use http://HOST:PORT");
}

/** The trimmed text of a file, or null when it cannot be read. */
function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim() || null;
  } catch {
    return null;
  }
}
