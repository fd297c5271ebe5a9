/**
 * The baseline of call functions: a uWebSockets.js server that hands the body of a POST to a JavaScript function in
 * piscina's worker threads and answers what comes back. Both libraries are used as their own examples use them.
 */

import uws from "uWebSockets.js";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { serve } from "../process/child.ts";

export interface JsCallsMethods {
  /** Starts the threads, listens on a free port of the loopback interface and answers it. */
  listen(request: { threads: number }): number;
}

export const JS_CALLS = new URL(import.meta.url);

function listen({ threads }: { threads: number }): Promise<number> {
  const filename = new URL("./score.js", import.meta.url).href;
  const pool = new Piscina<string, string>({ filename, minThreads: threads, maxThreads: threads });
  const app = uws.App().post("/v1/call/score", (res) => {
    let aborted = false;
    res.onAborted(() => {
      aborted = true;
    });
    let request = "";
    res.onData((chunk, isLast) => {
      request += Buffer.from(chunk).toString();
      if (!isLast) return;
      const finish = (status: string, answer: string): void => {
        if (aborted) return;
        res.cork(() => {
          res.writeStatus(status).writeHeader("content-type", "application/json").end(answer);
        });
      };
      pool.run(request).then(
        (answer) => finish("200 OK", answer),
        (error: Error) => finish("422 Unprocessable Entity", error.message),
      );
    });
  });
  return new Promise((resolve, reject) => {
    app.listen("127.0.0.1", 0, (socket) => {
      if (socket) resolve(uws.us_socket_local_port(socket as uws.us_socket));
      else reject(new Error("no port is free for the baseline server"));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve<JsCallsMethods>({ listen });
