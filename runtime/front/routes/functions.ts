/** `GET /v1/functions`: what is deployed, for pages that offer it. */
import type { FunctionDirectory } from "../front.ts";
import { json, type Route } from "../http.ts";

export function functionRoutes(functions: FunctionDirectory): Route[] {
  return [
    {
      method: "GET",
      pattern: "/v1/functions",
      maxBody: 0,
      answer: async () => json(200, await functions.list()),
    },
  ];
}
