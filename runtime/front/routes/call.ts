/** `POST /v1/call/{function}`: raw bytes to a call function, and its raw answer back. */
import { isName, NAME_RULE } from "@rockpool/protocol";
import type { CallOutcome, Calls } from "../../call/calls.ts";
import { httpError, type Route } from "../http.ts";
import type { HttpResponse } from "../transport.ts";

/** The largest request of a call, in bytes. */
export const MAX_CALL_BYTES = 1_048_576;

export function callRoutes(calls: Calls): Route[] {
  return [
    {
      method: "POST",
      pattern: "/v1/call/:function",
      maxBody: MAX_CALL_BYTES,
      answer: async ({ parameters: [functionName = ""], body }) => {
        if (!isName(functionName)) return httpError(404, "not-found", `a function's name is ${NAME_RULE}`);
        return answerOf(await calls.call(functionName, body));
      },
    },
  ];
}

function answerOf(outcome: CallOutcome): HttpResponse {
  switch (outcome.status) {
    case "ok":
      return {
        status: 200,
        headers: [
          ["content-type", "application/octet-stream"],
          ["cache-control", "no-store"],
        ],
        body: outcome.body,
      };
    case "refused":
      return httpError(422, "refused", outcome.message);
    case "not-found":
      return httpError(404, "not-found", outcome.message);
    case "failed":
      return httpError(500, "failed", outcome.message);
    case "over-time":
      return httpError(504, "over-time", outcome.message);
    case "busy":
      return httpError(503, "busy", outcome.message, [["retry-after", "1"]]);
  }
}
