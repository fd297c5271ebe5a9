/** `rockpool call`: one request to a call function, on the game port as any client would send it. */
import { readFileSync } from "node:fs";
import { isName, NAME_RULE } from "@rockpool/protocol";
import { type Command, Option } from "commander";
import { OPTIONS } from "../config/options.ts";
import { CommandFailure } from "./failure.ts";
import { fetchFrom, jsonOf } from "./http.ts";
import { printJson, withProgress } from "./output.ts";

interface CallOptions {
  data?: string;
  file?: string;
  url: string;
  json?: boolean;
}

export function registerCall(program: Command): void {
  program
    .command("call")
    .summary("call a call function")
    .description("Sends a request to a call function and writes its answer, byte for byte, to stdout.")
    .argument("<function>", "deployed function of kind call")
    .addOption(new Option("--data <text>", "request, as UTF-8").conflicts("file"))
    .option("--file <path>", "file that holds the request (default: stdin, when it is not a terminal)")
    .option("--url <url>", "base address of the node", `http://127.0.0.1:${OPTIONS.port.default}`)
    .option("--json", "print the answer as a JSON object with text and base64")
    .action(call);
}

async function call(functionName: string, options: CallOptions): Promise<void> {
  if (!isName(functionName)) {
    throw new CommandFailure("bad-name", `"${functionName}" cannot be a function`, `names are ${NAME_RULE}`);
  }
  if (!URL.canParse(options.url) || !/^https?:$/.test(new URL(options.url).protocol)) {
    throw new CommandFailure("bad-option", `--url ${options.url} is no address`, "use http://HOST:PORT");
  }
  const request = await withProgress("reading the request from stdin", readRequest(options));
  const url = `${new URL(options.url).origin}/v1/call/${functionName}`;
  const advice = `start a node with "rockpool start", or name its game port with --url`;
  const init = { method: "POST", headers: { "content-type": "application/octet-stream" }, body: request };
  const response = await withProgress(`calling ${functionName}`, fetchFrom(url, init, advice));
  if (!response.ok) throw await failureOf(functionName, response);
  const answer = Buffer.from(await response.arrayBuffer());
  if (options.json)
    printJson({ function: functionName, text: answer.toString("utf8"), base64: answer.toString("base64") });
  else process.stdout.write(answer);
}

async function failureOf(functionName: string, response: Response): Promise<CommandFailure> {
  const { code, message } = ((await jsonOf(response)) ?? {}) as { code?: unknown; message?: unknown };
  const text = typeof message === "string" ? message : "no reason given";
  return new CommandFailure(
    typeof code === "string" ? code : "call-failed",
    `${functionName} answered HTTP ${response.status}: ${text}`,
  );
}

async function readRequest({ data, file }: CallOptions): Promise<Uint8Array> {
  if (data !== undefined) return Buffer.from(data);
  if (file !== undefined) return readFileSync(file);
  const chunks: Buffer[] = [];
  if (!process.stdin.isTTY) for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
