/** `/v1/rooms/{function}`: find or create a room, and list rooms. */
import { CloseCode, isName, NAME_RULE } from "@rockpool/protocol";
import type { CreateOutcome, Lobby } from "../../room/lobby.ts";
import type { RoomSummary } from "../../room/summary.ts";
import { addressKey } from "../address.ts";
import { type HttpRequest, httpError, json, type Route } from "../http.ts";
import { isHost, type ShardUrls } from "../shardUrls.ts";
import type { HttpResponse } from "../transport.ts";
import { MAX_ROOM_REQUEST_BYTES, parseRoomRequest } from "./roomRequest.ts";

/** HTTP's status and name for the reasons for which a lobby makes no room. */
const REFUSALS: Partial<Record<CloseCode, [status: number, code: string]>> = {
  [CloseCode.NotFound]: [404, "not-found"],
  [CloseCode.Full]: [409, "full"],
  [CloseCode.JoinRefused]: [422, "refused"],
  [CloseCode.CreateRefused]: [422, "refused"],
  [CloseCode.Unauthorized]: [401, "unauthorized"],
  [CloseCode.RateLimited]: [429, "rate-limited"],
  [CloseCode.Draining]: [503, "draining"],
};

export function roomRoutes(lobby: Lobby, urls: ShardUrls): Route[] {
  return [
    {
      method: "POST",
      pattern: "/v1/rooms/:function",
      maxBody: MAX_ROOM_REQUEST_BYTES,
      answer: (request) => findOrCreate(request, lobby, urls),
    },
    {
      method: "GET",
      pattern: "/v1/rooms/:function",
      maxBody: 0,
      answer: (request) => list(request, lobby),
    },
    {
      method: "GET",
      pattern: "/v1/rooms/:function/:room",
      maxBody: 0,
      answer: () =>
        httpError(426, "upgrade-required", "connect to this address with a WebSocket", [
          ["upgrade", "websocket"],
        ]),
    },
  ];
}

async function findOrCreate(request: HttpRequest, lobby: Lobby, urls: ShardUrls): Promise<HttpResponse> {
  const [functionName = ""] = request.parameters;
  if (!isName(functionName)) return badName();
  if (!isHost(request.head.host)) {
    return httpError(400, "bad-host", "the Host header is missing or malformed");
  }
  const parsed = parseRoomRequest(request.body);
  if (!parsed.ok) return httpError(400, "bad-request", parsed.message);
  const outcome = await lobby.findOrCreate({
    function: functionName,
    criteria: parsed.criteria,
    config: parsed.config,
    address: addressKey(request.head.remote),
  });
  if (!outcome.created) return refusal(outcome);
  const { room, shard, seat } = outcome.reservation;
  const base = urls.base(shard, request.head.host);
  if (base === null) return retryLater("the node is still starting");
  return json(outcome.isNew ? 201 : 200, { room, url: `${base}/v1/rooms/${functionName}/${room}`, seat });
}

function refusal(outcome: CreateOutcome & { created: false }): HttpResponse {
  if (outcome.code === CloseCode.Draining) return retryLater(outcome.message);
  const [status, code] = REFUSALS[outcome.code] ?? [500, "failed"];
  return httpError(status, code, outcome.message);
}

function retryLater(message: string): HttpResponse {
  return httpError(503, "draining", message, [["retry-after", "1"]]);
}

async function list(request: HttpRequest, lobby: Lobby): Promise<HttpResponse> {
  const [functionName = ""] = request.parameters;
  if (!isName(functionName)) return badName();
  const rooms = await lobby.list(functionName);
  if (rooms === null) return httpError(404, "not-found", `no function ${functionName} is deployed`);
  return json(200, rooms.map(shown));
}

/** What of a room strangers may see; its costs are the operator's. */
function shown(room: RoomSummary) {
  const { players, maxPlayers, locked, tickRate, listing, ageMs } = room;
  return { room: room.room, players, maxPlayers, locked, tickRate, listing, ageMs };
}

function badName(): HttpResponse {
  return httpError(404, "not-found", `a function's name is ${NAME_RULE}`);
}
