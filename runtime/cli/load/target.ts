/**
 * Asks a node, before any load is made, whether it is there and has the room function: a table of zeros after a
 * minute of failed joins says less.
 */
import { CommandFailure } from "../failure.ts";
import { fetchFrom, jsonOf } from "../http.ts";
import type { LoadPlan } from "./plan.ts";

/** @throws CommandFailure `no-node`, `unreachable`, `not-a-node`, `no-such-function` or `not-a-room` */
export async function checkTarget({ url, function: name }: LoadPlan): Promise<void> {
  const address = `${url.replace(/^ws/, "http")}/v1/functions`;
  const advice = `start a node with "rockpool start", or name its game port with --url`;
  const response = await fetchFrom(address, { method: "GET" }, advice);
  const deployed = await jsonOf(response);
  if (!response.ok || !Array.isArray(deployed)) {
    throw new CommandFailure(
      "not-a-node",
      `${address} answered HTTP ${response.status}, not as a node's game port does`,
      advice,
    );
  }
  const found = (deployed as { name?: unknown; kind?: unknown }[]).find((one) => one.name === name);
  if (found === undefined) {
    throw new CommandFailure(
      "no-such-function",
      `no function "${name}" is deployed here`,
      '"rockpool functions" lists what is',
    );
  }
  if (found.kind !== "room") {
    throw new CommandFailure("not-a-room", `"${name}" is a call function`, "load plays room functions only");
  }
}
